using Doorbuster.LoadTest.Http;

namespace Doorbuster.LoadTest.Open;

/// <summary>
/// Asks again as soon as it is answered, on every connection: finds out how much a server can do at most. Its latencies say
/// nothing about people (they would not wait for each other), so none are kept.
/// </summary>
internal sealed class ClosedLoop(Client client, Loop loop, Func<long, Span<byte>, int> write, Func<int, bool> isExpected) : IAsk, IWake
{
    private const long PauseAfterFailure = 20 * Loop.Millisecond;

    private long _next;

    public long Answered { get; private set; }

    public long Unexpected { get; private set; }

    public string? FirstUnexpected { get; private set; }

    public void Start(int asksAtOnce)
    {
        for (var i = 0; i < asksAtOnce; i++)
            client.Send(this, 0, 0);
    }

    int IAsk.Write(int step, Span<byte> request) => write(_next++, request);

    void IAsk.Answered(int step, long intendedAt, in Response response)
    {
        if (isExpected(response.Status))
            Answered++;
        else
        {
            Unexpected++;
            FirstUnexpected ??= $"{response.Status} {System.Text.Encoding.UTF8.GetString(response.Body)}";
        }
        client.Send(this, 0, 0);
    }

    void IAsk.Failed(int step, long intendedAt, Failure why)
    {
        Unexpected++;
        FirstUnexpected ??= why.ToString();
        loop.WakeAt(loop.Now + PauseAfterFailure, this, 0);
    }

    void IWake.Wake(int step, long dueAt) => client.Send(this, 0, 0);
}
