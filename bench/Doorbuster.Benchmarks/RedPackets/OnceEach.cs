using System.Text;
using Doorbuster.LoadTest.Http;

namespace Doorbuster.Benchmarks.RedPackets;

/// <summary>Each of so many people grabs once, over as many connections as the client has; who gets no definite answer tries
/// again with the same key. Ends the loop when all have theirs.</summary>
internal sealed class OnceEach(Client client, Loop loop, int people, Func<int, Span<byte>, int> write) : IAsk, IWake
{
    private const long PauseAfterFailure = 20 * Loop.Millisecond;

    private readonly HashSet<long> _ordinals = [];
    private int _next;
    private int _definite;

    public int Won { get; private set; }

    public int Lost { get; private set; }

    /// <summary>What the answers say was grabbed, in minor units.</summary>
    public long Minor { get; private set; }

    /// <summary>Parts that two answers named: must be none.</summary>
    public int Doubled { get; private set; }

    public long Retries { get; private set; }

    public int Wrong { get; private set; }

    public string? FirstWrong { get; private set; }

    public void Start(int asksAtOnce)
    {
        for (var i = 0; i < Math.Min(asksAtOnce, people); i++)
            client.Send(this, _next++, 0);
    }

    int IAsk.Write(int step, Span<byte> request) => write(step, request);

    void IAsk.Answered(int step, long intendedAt, in Response response)
    {
        switch (response.Status)
        {
            case 201:
                Won++;
                Minor += JsonPeek.Number(response.Body, "amount"u8) ?? 0;
                Doubled += _ordinals.Add(JsonPeek.Number(response.Body, "ordinal"u8) ?? 0) ? 0 : 1;
                break;
            case 409 when response.Code.SequenceEqual("red_packet_gone"u8):
                Lost++;
                break;
            case 202 or >= 500:
                Retry(step);
                return;
            default:
                Wrong++;
                FirstWrong ??= $"{response.Status} {Encoding.UTF8.GetString(response.Body)}";
                break;
        }
        if (++_definite == people)
            loop.Stop();
        else if (_next < people)
            client.Send(this, _next++, 0);
    }

    void IAsk.Failed(int step, long intendedAt, Failure why) => Retry(step);

    void IWake.Wake(int step, long dueAt) => client.Send(this, step, 0);

    private void Retry(int step)
    {
        Retries++;
        loop.WakeAt(loop.Now + PauseAfterFailure, this, step);
    }
}
