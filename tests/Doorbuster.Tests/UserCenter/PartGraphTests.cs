using Doorbuster.Contracts.People;
using Doorbuster.UserCenter;
using FsCheck;
using FsCheck.Fluent;

namespace Doorbuster.Tests.UserCenter;

public sealed class PartGraphTests
{
    [Fact]
    public async Task Each_of_five_calls_starts_when_those_it_needs_have_ended_and_no_later()
    {
        var rig = new Rig(("A", []), ("B", []), ("C", ["A", "B"]), ("D", []), ("E", ["C"]));
        var run = rig.Start();

        Assert.Equal(["A", "B", "D"], rig.Started);
        rig.End("B");
        Assert.Equal(["A", "B", "D"], rig.Started);    // C needs A too
        rig.End("A");
        Assert.Equal(["A", "B", "C", "D"], rig.Started);
        rig.End("C");
        Assert.Equal(["A", "B", "C", "D", "E"], rig.Started);    // though D is not through
        rig.End("E");
        Assert.False(run.IsCompleted);
        rig.End("D");

        Assert.Equal(["A", "B", "C", "D", "E"], (await run).Select(result => result.Name));
        Assert.Equal("AB", rig.InputsOf("C"));
        Assert.Equal("C", rig.InputsOf("E"));
    }

    [Fact]
    public void In_any_graph_and_order_of_endings_exactly_those_run_whose_needs_have_ended() => Prop.ForAll(
        Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var names = Enumerable.Range(0, random.Next(1, 12)).Select(n => $"p{n:00}").ToArray();
            var needs = names.Select((_, n) => names.Take(n).Where(_ => random.Next(3) == 0).ToArray()).ToArray();
            var rig = new Rig([.. names.Zip(needs).OrderBy(_ => random.Next())]);
            var run = rig.Start();

            var ended = new HashSet<string>();
            while (ended.Count < names.Length)
            {
                var due = names.Where((_, n) => needs[n].All(ended.Contains)).ToArray();
                Assert.Equal(due, rig.Started);
                var running = due.Except(ended).ToArray();
                var next = running[random.Next(running.Length)];
                rig.End(next);
                ended.Add(next);
            }
            Assert.True(run.IsCompletedSuccessfully);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Parts_that_need_each_other_in_a_circle_are_refused()
    {
        var circle = Assert.Throws<InvalidOperationException>(() =>
            new Rig(("A", ["C"]), ("B", ["A"]), ("C", ["B"]), ("D", [])));
        Assert.Contains("A → C → B → A", circle.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => new Rig(("A", ["A"])));
    }

    [Fact]
    public void A_need_that_is_no_part_and_a_name_taken_twice_are_refused()
    {
        Assert.Throws<InvalidOperationException>(() => new Rig(("A", ["B"])));
        Assert.Throws<InvalidOperationException>(() => new Rig(("A", []), ("A", [])));
        Assert.Throws<InvalidOperationException>(() => new Rig(("missing", [])));
    }

    [Fact]
    public void What_rests_on_a_part_is_old_with_it()
    {
        var graph = new Rig(("A", []), ("B", []), ("C", ["A", "B"]), ("D", []), ("E", ["C"])).Graph;
        Assert.Equal(["A", "C", "E"], graph.WithDependents("A").Order());
        Assert.Equal(["D"], graph.WithDependents("D"));
        Assert.Empty(graph.WithDependents("unknown"));
    }

    /// <summary>Parts that end when the test says so; what follows from an ending has happened when it returns.</summary>
    private sealed class Rig
    {
        private readonly Dictionary<string, TaskCompletionSource<ReadOnlyMemory<byte>>> _running = [];
        private readonly Dictionary<string, string> _inputs = [];

        public Rig(params (string Name, string[] Needs)[] parts) =>
            Graph = new(parts.Select(part => new Part(this, part.Name, part.Needs)));

        public PartGraph Graph { get; }

        public IEnumerable<string> Started => _running.Keys.Order(StringComparer.Ordinal);

        public Task<IReadOnlyList<PartResult>> Start() => Inline(() => Graph.Run(async (part, needed) =>
        {
            var inputs = await needed();
            return new(part.Name, PartState.Loaded, await part.Load(1, inputs.Values, CancellationToken.None));
        }));

        public void End(string part) => Inline(() => _running[part].TrySetResult("1"u8.ToArray()));

        public string InputsOf(string part) => _inputs[part];

        // Without the runner's context, which would put what follows into a queue.
        private static T Inline<T>(Func<T> step)
        {
            var before = SynchronizationContext.Current;
            SynchronizationContext.SetSynchronizationContext(null);
            try
            {
                return step();
            }
            finally
            {
                SynchronizationContext.SetSynchronizationContext(before);
            }
        }

        private sealed class Part(Rig rig, string name, string[] needs) : IOverviewPart
        {
            public string Name => name;

            public IReadOnlyList<string> Needs => needs;

            public Task<ReadOnlyMemory<byte>> Load(
                long person, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> needed, CancellationToken cancel)
            {
                rig._inputs[name] = string.Concat(needed.Keys.Order(StringComparer.Ordinal));
                return (rig._running[name] = new()).Task;
            }
        }
    }
}
