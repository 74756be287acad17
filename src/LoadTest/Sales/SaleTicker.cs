using Doorbuster.LoadTest.Http;
using Doorbuster.LoadTest.Open;
using Doorbuster.LoadTest.Report;

namespace Doorbuster.LoadTest.Sales;

/// <summary>The sale second by second.</summary>
internal sealed class SaleTicker
{
    private readonly Crowd _crowd;
    private readonly Ticker<SecondRow> _ticker;
    private SecondRow _totals = new(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    public SaleTicker(Crowd crowd, TextWriter to, bool rewrites)
    {
        _crowd = crowd;
        _ticker = new Ticker<SecondRow>(crowd.Loop, to, rewrites, Row, Line);
    }

    public IReadOnlyList<SecondRow> Rows => _ticker.Rows;

    public void Start() => _ticker.Start();

    public void Stop() => _ticker.Stop();

    private SecondRow Row(double at, double seconds)
    {
        var (tally, before) = (_crowd.Tally, _totals);
        _totals = new SecondRow(
            at, tally.Arrived, _crowd.Client.Sent + _crowd.Payments.Sent, tally.Answers, tally.Admitted, tally.Refusals, tally.AwayCount,
            0, 0, 0, 0);
        var row = new SecondRow(
            Math.Round(at, 3), PerSecond(_totals.Arrived - before.Arrived), PerSecond(_totals.Sent - before.Sent),
            PerSecond(_totals.Answered - before.Answered), PerSecond(_totals.Admitted - before.Admitted),
            PerSecond(_totals.Refused - before.Refused), PerSecond(_totals.Away - before.Away),
            tally.ClaimsNow.Percentile(0.5) / 1e6, tally.ClaimsNow.Percentile(0.99) / 1e6,
            _crowd.Client.InFlight + _crowd.Payments.InFlight, _crowd.Client.WaitingCount);
        tally.ClaimsNow.Clear();
        _crowd.Health.EndSecond(seconds);
        _crowd.Tick();
        return row;

        long PerSecond(long count) => (long)Math.Round(count / seconds);
    }

    private string Line(SecondRow row)
    {
        var share = (double)_crowd.Tally.Arrived / _crowd.People.Length;
        var bar = new string('█', (int)(share * 12)).PadRight(12, '░');
        return $"{TimeSpan.FromSeconds(row.At):mm\\:ss} {bar} {share,4:P0}  arrived {row.Arrived:N0}/s  answered {row.Answered:N0}/s  "
            + $"in flight {row.InFlight}  waiting {row.Waiting:N0}  away {row.Away:N0}/s │ claim p50 {row.P50Ms:0.0} p99 {row.P99Ms:0.0} ms │ "
            + $"admitted {_crowd.Tally.Admitted:N0}";
    }
}
