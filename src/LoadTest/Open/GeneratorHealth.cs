using System.Diagnostics;
using System.Globalization;
using Doorbuster.LoadTest.Http;

namespace Doorbuster.LoadTest.Open;

/// <summary>
/// Watches the generator itself. A load tool that is late, out of processor time or collecting garbage measures itself; it must
/// say so, and must not state a rate it did not produce.
/// </summary>
internal sealed class GeneratorHealth
{
    // An arrival this late was not an open model's any more. Below it the delay is in the latency, where people would feel it.
    private const long LateAfter = 10 * Loop.Millisecond;
    private const double LateShareMax = 0.01;

    private readonly TimeSpan _pausedAtStart = GC.GetTotalPauseDuration();
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly TimeSpan _cpuAtStart;
    private readonly (long Ran, long Waited) _threadAtStart;
    private long _secondLate;
    private long _second;
    private double _bestRate;

    public GeneratorHealth()
    {
        using var self = Process.GetCurrentProcess();
        _cpuAtStart = self.TotalProcessorTime;
        _threadAtStart = ReadThread();
    }

    public Histogram Lateness { get; } = new();

    public long Arrivals { get; private set; }

    public long Late { get; private set; }

    public void Arrived(long lateBy)
    {
        Arrivals++;
        _second++;
        Lateness.Record(lateBy);
        if (lateBy > LateAfter)
        {
            Late++;
            _secondLate++;
        }
    }

    /// <summary>Called once a second: remembers the highest rate of a second in which nearly everybody was on time.</summary>
    public void EndSecond(double seconds)
    {
        if (_second > 0 && _secondLate <= _second * LateShareMax)
            _bestRate = Math.Max(_bestRate, _second / seconds);
        (_second, _secondLate) = (0, 0);
    }

    /// <summary>To be called on the loop's thread.</summary>
    public GeneratorReport Report(long dropped)
    {
        using var self = Process.GetCurrentProcess();
        var elapsed = _watch.Elapsed;
        var (ran, waited) = ReadThread();
        var isValid = dropped == 0 && Late <= Arrivals * LateShareMax;
        return new GeneratorReport
        {
            CpuShare = (self.TotalProcessorTime - _cpuAtStart) / elapsed,
            LoopCpuShare = (ran - _threadAtStart.Ran) / elapsed.TotalNanoseconds,
            LoopCpuWaitShare = (waited - _threadAtStart.Waited) / elapsed.TotalNanoseconds,
            GcPauseMs = (GC.GetTotalPauseDuration() - _pausedAtStart).TotalMilliseconds,
            LatenessP99Ms = Lateness.Percentile(0.99) / 1e6,
            LatenessMaxMs = Lateness.Max / 1e6,
            LateArrivals = Late,
            DroppedRequests = dropped,
            IsValid = isValid,
            ValidUpToPerSecond = isValid ? null : Math.Round(_bestRate),
        };
    }

    // Nanoseconds this thread ran, and waited for a processor that others had.
    private static (long Ran, long Waited) ReadThread()
    {
        if (!File.Exists("/proc/thread-self/schedstat"))
            return (0, 0);
        var fields = File.ReadAllText("/proc/thread-self/schedstat").Split(' ');
        return (long.Parse(fields[0], CultureInfo.InvariantCulture), long.Parse(fields[1], CultureInfo.InvariantCulture));
    }
}

public sealed record GeneratorReport
{
    /// <summary>Of one processor, the whole process.</summary>
    public required double CpuShare { get; init; }

    /// <summary>Of one processor, the thread that asks: near 1 it can do no more.</summary>
    public required double LoopCpuShare { get; init; }

    /// <summary>Share of the time in which it wanted to run and others had the processor.</summary>
    public required double LoopCpuWaitShare { get; init; }

    public required double GcPauseMs { get; init; }
    public required double LatenessP99Ms { get; init; }
    public required double LatenessMaxMs { get; init; }
    public required long LateArrivals { get; init; }
    public required long DroppedRequests { get; init; }

    /// <summary>False when more than one arrival in a hundred was over 10 ms late, or any request was dropped.</summary>
    public required bool IsValid { get; init; }

    /// <summary>The highest rate of a second that was valid; null when the whole run is.</summary>
    public required double? ValidUpToPerSecond { get; init; }

    internal string? WhyInvalid => IsValid ? null
        : $"generator CPU {LoopCpuShare:P0} and waiting for a CPU {LoopCpuWaitShare:P0} of the time, {LateArrivals:N0} arrivals late, "
            + $"{DroppedRequests:N0} dropped: result not valid {(ValidUpToPerSecond > 0 ? $"above {ValidUpToPerSecond:N0}/s" : "at any rate")}";
}
