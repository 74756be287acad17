using System.Diagnostics.Metrics;

namespace Doorbuster.Platform.Messaging;

internal sealed class MessagingMetrics : IDisposable
{
    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    };

    private readonly Meter _meter = new("Doorbuster.Messaging");
    private readonly Counter<long> _handled;
    private readonly Counter<long> _repeated;
    private readonly Counter<long> _failed;
    private readonly Counter<long> _dead;
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _delay;

    public MessagingMetrics()
    {
        _handled = _meter.CreateCounter<long>(
            "doorbuster.messages.handled", "{message}", "Messages a consumer handled.");
        _repeated = _meter.CreateCounter<long>(
            "doorbuster.messages.repeated", "{message}", "Messages that came again and were skipped.");
        _failed = _meter.CreateCounter<long>("doorbuster.messages.failed", "{message}", "Attempts that failed.");
        _dead = _meter.CreateCounter<long>("doorbuster.messages.dead", "{message}", "Messages given up.");
        _duration = _meter.CreateHistogram(
            "doorbuster.messages.duration", "s", "A consumer's time for one message.", tags: null, Seconds);
        _delay = _meter.CreateHistogram(
            "doorbuster.messages.delay", "s", "From a message's transaction to its effect.", tags: null, Seconds);
        _meter.CreateObservableGauge("doorbuster.queue.depth", () => Stats.Waiting, "{message}", "Messages waiting.");
        _meter.CreateObservableGauge(
            "doorbuster.queue.oldest_age", () => Stats.OldestAgeSeconds, "s", "Age of the oldest message waiting.");
        _meter.CreateObservableGauge(
            "doorbuster.queue.dead_letters", () => Stats.Dead, "{message}", "Dead letters kept.");
    }

    /// <summary>As last looked up.</summary>
    public QueueStats Stats { get; set; } = new(0, 0, 0, 0);

    public void Handled(string consumer, bool isNew, TimeSpan duration, TimeSpan delay)
    {
        var tag = KeyValuePair.Create("consumer", (object?)consumer);
        (isNew ? _handled : _repeated).Add(1, tag);
        _duration.Record(duration.TotalSeconds, tag);
        _delay.Record(Math.Max(0, delay.TotalSeconds), tag);
    }

    public void Failed(string consumer) => _failed.Add(1, KeyValuePair.Create("consumer", (object?)consumer));

    public void Died(string consumer) => _dead.Add(1, KeyValuePair.Create("consumer", (object?)consumer));

    public void Dispose() => _meter.Dispose();
}
