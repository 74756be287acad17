using Doorbuster.LoadTest.Http;

namespace Doorbuster.LoadTest.Open;

/// <summary>Asks the same thing at a rate, whatever the server does; times count from when each should have been sent.</summary>
internal sealed class OpenLoop(
    Client client, Loop loop, Arrivals arrivals, Func<long, Span<byte>, int> write, Func<int, bool> isExpected) : IAsk, IWake
{
    private long _startedAt;
    private long _next;
    private long _underWay;
    private bool _ends;

    public Histogram Times { get; } = new();
    public GeneratorHealth Health { get; } = new();
    public long Answered { get; private set; }
    public long Unexpected { get; private set; }
    public string? FirstUnexpected { get; private set; }

    public void Start()
    {
        _startedAt = loop.Now;
        loop.WakeAt(_startedAt + arrivals.Next(), this, 0);
    }

    /// <summary>Nothing more is asked; the loop ends with the last answer.</summary>
    public void End()
    {
        _ends = true;
        if (_underWay == 0)
            loop.Stop();
    }

    void IWake.Wake(int step, long dueAt)
    {
        if (_ends)
            return;
        Health.Arrived(loop.Now - dueAt);
        _underWay++;
        client.Send(this, 0, dueAt);
        loop.WakeAt(_startedAt + arrivals.Next(), this, 0);
    }

    int IAsk.Write(int step, Span<byte> request) => write(_next++, request);

    void IAsk.Answered(int step, long intendedAt, in Response response)
    {
        Times.Record(loop.Now - intendedAt);
        if (isExpected(response.Status))
            Answered++;
        else
            Note($"{response.Status} {System.Text.Encoding.UTF8.GetString(response.Body)}");
        Finish();
    }

    void IAsk.Failed(int step, long intendedAt, Failure why)
    {
        Note(why.ToString());
        Finish();
    }

    private void Note(string what)
    {
        Unexpected++;
        FirstUnexpected ??= what;
    }

    private void Finish()
    {
        if (--_underWay == 0 && _ends)
            loop.Stop();
    }
}
