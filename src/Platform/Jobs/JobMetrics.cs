using System.Diagnostics.Metrics;

namespace Doorbuster.Platform.Jobs;

internal sealed class JobMetrics : IDisposable
{
    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.01, 0.1, 1, 10, 60, 600, 3_600],
    };

    private readonly Meter _meter = new("Doorbuster.Jobs");
    private readonly Counter<long> _runs;
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _delay;

    public JobMetrics()
    {
        _runs = _meter.CreateCounter<long>("doorbuster.jobs.runs", "{run}", "Runs of scheduled jobs, by outcome.");
        _duration = _meter.CreateHistogram(
            "doorbuster.jobs.duration", "s", "Time of a run.", tags: null, Seconds);
        _delay = _meter.CreateHistogram(
            "doorbuster.jobs.delay", "s", "From when a run was due to its start.", tags: null, Seconds);
    }

    public void Started(string job, TimeSpan delay)
    {
        if (delay >= TimeSpan.Zero)    // else it is run by hand, before its time
            _delay.Record(delay.TotalSeconds, KeyValuePair.Create("job", (object?)job));
    }

    public void Ended(string job, JobOutcome outcome, TimeSpan duration)
    {
        var tag = KeyValuePair.Create("job", (object?)job);
        _runs.Add(1, tag, KeyValuePair.Create("outcome", (object?)outcome.ToString().ToLowerInvariant()));
        _duration.Record(duration.TotalSeconds, tag);
    }

    public void Dispose() => _meter.Dispose();
}
