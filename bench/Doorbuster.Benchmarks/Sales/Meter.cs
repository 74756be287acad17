using System.Diagnostics;
using Doorbuster.LoadTest.Http;
using Doorbuster.LoadTest.Open;
using Doorbuster.LoadTest.Report;

namespace Doorbuster.Benchmarks.Sales;

/// <summary>Who used how much of a processor while something was measured; 1 is one processor.</summary>
public sealed record CpuShares(double Generator, double Server, double Postgres, double Redis);

/// <param name="Wrong">Answers of another status than expected, and requests without one.</param>
public sealed record Measured(double PerSecond, long Answers, long Wrong, string? FirstWrong, CpuShares Cpu);

/// <param name="Wrong">As in <see cref="Measured"/>.</param>
public sealed record OpenResult(
    double AskedPerSecond, double AnsweredPerSecond, long Answers, long Wrong, string? FirstWrong, LatencyRow Latency,
    GeneratorReport Generator, CpuShares Cpu);

/// <summary>Asks one server one thing as fast as it answers, for some seconds, over as many connections as are given.</summary>
internal sealed class Meter(int connections, Func<(int Server, int Postgres, int[] Redis)> processes)
{
    public async Task<Measured> Closed(Uri url, Func<Requests, Func<long, Span<byte>, int>> request, int expected, double seconds)
    {
        var address = await ShopAddress.Resolve(url, CancellationToken.None);
        return await OnThread(() => Run(address, request(new Requests(address)), expected, seconds));
    }

    /// <summary>Runs on a thread of its own, as the generator does: the pool's threads belong to nobody here.</summary>
    public static Task<T> OnThread<T>(Func<T> work) => Task.Factory.StartNew(
        work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public T WithCpu<T>(Func<T> work, out CpuShares shares)
    {
        var (server, postgres, redis) = processes();
        double[] Read() =>
        [
            Environment.CpuUsage.TotalTime.TotalSeconds, Processes.OwnCpuSeconds(server),
            postgres == 0 ? 0 : Processes.FamilyCpuSeconds(postgres), redis.Sum(Processes.OwnCpuSeconds),
        ];
        var (before, started) = (Read(), Stopwatch.GetTimestamp());
        var result = work();
        var (after, elapsed) = (Read(), Stopwatch.GetElapsedTime(started).TotalSeconds);
        double[] used = [.. after.Zip(before, (a, b) => Math.Round((a - b) / elapsed, 3))];
        shares = new CpuShares(used[0], used[1], used[2], used[3]);
        return result;
    }

    /// <summary>Asks at a rate; the times, the generator's health and what went wrong.</summary>
    public async Task<OpenResult> Open(
        Uri url, Func<Requests, Func<long, Span<byte>, int>> request, int expected, double perSecond, double seconds)
    {
        var address = await ShopAddress.Resolve(url, CancellationToken.None);
        return await OnThread(() =>
        {
            using var loop = new Loop();
            using var client = new Client(loop, address.EndPoint, connections, TimeSpan.FromSeconds(10));
            client.Open();
            var arrivals = new Arrivals(perSecond, TimeSpan.Zero, poisson: true, new Random(42));
            var asker = new OpenLoop(client, loop, arrivals, request(new Requests(address)), status => status == expected);
            var elapsed = WithCpu(() =>
            {
                var started = loop.Now;
                loop.WakeAt(started + (long)(seconds * Loop.Second), new Ender(asker), 0);
                asker.Start();
                loop.Run(CancellationToken.None);
                return (loop.Now - started) / 1e9;
            }, out var cpu);
            return new OpenResult(
                Math.Round(perSecond), Math.Round(asker.Answered / elapsed), asker.Answered, asker.Unexpected, asker.FirstUnexpected,
                LatencyRow.From("claim", asker.Times) with { Buckets = [] }, asker.Health.Report(client.Dropped), cpu);
        });
    }

    private Measured Run(ShopAddress address, Func<long, Span<byte>, int> write, int expected, double seconds)
    {
        using var loop = new Loop();
        using var client = new Client(loop, address.EndPoint, connections, TimeSpan.FromSeconds(10));
        client.Open();
        var asker = new ClosedLoop(client, loop, write, status => status == expected);
        asker.Start(connections);

        var stop = new Stopper(loop);
        var elapsed = WithCpu(() =>
        {
            var started = loop.Now;
            loop.WakeAt(started + (long)(seconds * Loop.Second), stop, 0);
            loop.Run(CancellationToken.None);
            return (loop.Now - started) / 1e9;
        }, out var cpu);
        return new Measured(
            Math.Round(asker.Answered / elapsed), asker.Answered, asker.Unexpected, asker.FirstUnexpected, cpu);
    }

    private sealed class Ender(OpenLoop asker) : IWake
    {
        public void Wake(int step, long dueAt) => asker.End();
    }

    private sealed class Stopper(Loop loop) : IWake
    {
        public void Wake(int step, long dueAt) => loop.Stop();
    }
}
