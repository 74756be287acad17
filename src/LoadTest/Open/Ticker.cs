using Doorbuster.LoadTest.Http;

namespace Doorbuster.LoadTest.Open;

/// <summary>
/// Once a second of the loop: keeps the figures of that second and says how it goes, on one line that is rewritten on a
/// terminal, on a new line every five seconds elsewhere.
/// </summary>
/// <param name="row">The figures at a time, of so many seconds.</param>
internal sealed class Ticker<TRow>(
    Loop loop, TextWriter to, bool rewrites, Func<double, double, TRow> row, Func<TRow, string> line) : IWake
{
    private const int LineEverySeconds = 5;

    private readonly List<TRow> _rows = [];
    private long _startedAt;
    private long _lastAt;
    private int _width;
    private bool _stopped;

    public IReadOnlyList<TRow> Rows => _rows;

    public void Start()
    {
        _startedAt = _lastAt = loop.Now;
        loop.WakeAt(_startedAt + Loop.Second, this, 0);
    }

    public void Wake(int step, long dueAt)
    {
        if (_stopped)
            return;
        Take();
        if (rewrites)
            Rewrite(line(_rows[^1]));
        else if (_rows.Count % LineEverySeconds == 0)
            to.WriteLine(line(_rows[^1]));
        loop.WakeAt(Math.Max(dueAt, loop.Now - Loop.Second) + Loop.Second, this, 0);
    }

    /// <summary>Keeps what is left of the last second.</summary>
    public void Stop()
    {
        _stopped = true;
        if (loop.Now - _lastAt > Loop.Second / 10)
            Take();
        if (rewrites && _width > 0)
            to.WriteLine();
    }

    private void Take()
    {
        var now = loop.Now;
        _rows.Add(row((now - _startedAt) / 1e9, Math.Max((now - _lastAt) / 1e9, 1e-9)));
        _lastAt = now;
    }

    private void Rewrite(string text)
    {
        to.Write('\r');
        to.Write(text.PadRight(_width));
        _width = text.Length;
    }
}
