using System.Diagnostics;
using System.Globalization;
using Doorbuster.Contracts.People;
using Doorbuster.UserCenter;

namespace Doorbuster.Benchmarks;

/// <summary>
/// Five calls of 10, 10, 10, 20 and 10 ms, where C needs A and B, and E needs C: one after the other 60 ms, over the graph as
/// long as its longest chain, 30 ms.
/// </summary>
internal static class OverviewBench
{
    private static readonly Call[] Calls =
    [
        new("A", 10), new("B", 10), new("C", 10, "A", "B"), new("D", 20), new("E", 10, "C"),
    ];

    public static async Task<int> Run(string[] args)
    {
        var rounds = args.Contains("--quick") ? 20 : 200;
        var graph = new PartGraph(Calls);
        await InSeries();
        await Parallel(graph);    // warms up

        var (series, parallel) = (new double[rounds], new double[rounds]);
        for (var round = 0; round < rounds; round++)
        {
            series[round] = await Time(InSeries);
            parallel[round] = await Time(() => Parallel(graph));
        }
        var (one, other) = (Median(series), Median(parallel));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            five calls, C needs A and B, E needs C (median of {rounds})
            in series       {one:0.0} ms   (60 of waiting)
            over the graph  {other:0.0} ms   (30 of waiting)
            ratio           {one / other:0.00}
            """));
        return 0;
    }

    private static async Task InSeries()
    {
        foreach (var call in Calls)
            await call.Load(1, NeededParts.None.Values, CancellationToken.None);
    }

    private static Task<IReadOnlyList<PartResult>> Parallel(PartGraph graph) => graph.Run(async (part, needed) =>
        new(part.Name, PartState.Loaded, await part.Load(1, (await needed()).Values, CancellationToken.None)));

    private static async Task<double> Time(Func<Task> run)
    {
        var started = Stopwatch.GetTimestamp();
        await run();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static double Median(double[] times)
    {
        Array.Sort(times);
        return times[times.Length / 2];
    }

    private sealed class Call(string name, int milliseconds, params string[] needs) : IOverviewPart
    {
        public string Name => name;

        public IReadOnlyList<string> Needs => needs;

        public async Task<ReadOnlyMemory<byte>> Load(
            long person, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> needed, CancellationToken cancel)
        {
            await Task.Delay(milliseconds, cancel);
            return "1"u8.ToArray();
        }
    }
}
