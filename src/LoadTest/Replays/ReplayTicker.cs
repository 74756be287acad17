using Doorbuster.LoadTest.Open;
using Doorbuster.LoadTest.Report;

namespace Doorbuster.LoadTest.Replays;

/// <summary>The replay second by second.</summary>
internal sealed class ReplayTicker
{
    private readonly Replay _replay;
    private readonly Ticker<SecondRow> _ticker;
    private (long Placed, long Sent, long Answered, long Accepted, long Refused, long Away) _totals;

    public ReplayTicker(Replay replay, TextWriter to, bool rewrites)
    {
        _replay = replay;
        _ticker = new Ticker<SecondRow>(replay.Loop, to, rewrites, Row, Line);
    }

    public IReadOnlyList<SecondRow> Rows => _ticker.Rows;

    public void Start() => _ticker.Start();

    public void Stop() => _ticker.Stop();

    private SecondRow Row(double at, double seconds)
    {
        var (tally, before) = (_replay.Tally, _totals);
        _totals = (tally.Placed, _replay.Client.Sent, tally.AnswerCount, tally.Accepted, tally.Refusals, tally.AwayCount);
        var row = new SecondRow(
            Math.Round(at, 3), PerSecond(_totals.Placed - before.Placed), PerSecond(_totals.Sent - before.Sent),
            PerSecond(_totals.Answered - before.Answered), PerSecond(_totals.Accepted - before.Accepted),
            PerSecond(_totals.Refused - before.Refused), PerSecond(_totals.Away - before.Away),
            tally.OrdersNow.Percentile(0.5) / 1e6, tally.OrdersNow.Percentile(0.99) / 1e6,
            _replay.Client.InFlight, _replay.Client.WaitingCount);
        tally.OrdersNow.Clear();
        _replay.Health.EndSecond(seconds);
        return row;

        long PerSecond(long count) => (long)Math.Round(count / seconds);
    }

    private string Line(SecondRow row) =>
        $"{TimeSpan.FromSeconds(row.At):mm\\:ss} {_replay.Share,4:P0}  placed {_replay.Tally.Placed:N0}  accepted {_replay.Tally.Accepted:N0}  "
        + $"in flight {row.InFlight}  away {row.Away:N0}/s │ order p50 {row.P50Ms:0.0} p99 {row.P99Ms:0.0} ms │ "
        + $"revenue {_replay.Tally.RevenueMinor / 100m:N2}";
}
