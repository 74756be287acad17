using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;

namespace Doorbuster.Tests.Claims;

public class EngineModelTests(ITestOutputHelper output)
{
    private const int Histories = 3_000;

    [Fact]
    public void No_history_of_faults_oversells_loses_or_burns_a_unit() => ForAllHistories(async (model, history) =>
    {
        foreach (var number in history)
            await model.Step(number);
        await model.Heal();
    });

    [Fact]
    public void Where_nothing_breaks_the_gate_agrees_with_the_ledger_without_repair() => ForAllHistories(async (model, history) =>
    {
        foreach (var number in history)
            await model.CalmStep(number);
        await model.CheckUnbroken();
    });

    private void ForAllHistories(Func<EngineModel, int[], Task> play)
    {
        var seed = (ulong)Random.Shared.NextInt64();
        output.WriteLine($"seed {seed}");

        var histories = Gen.Choose(0, int.MaxValue).ArrayOf().ToArbitrary();
        var property = Prop.ForAll(histories, history =>
        {
            // The fakes answer at once, so nothing here ever waits.
            var played = play(new EngineModel(total: 1 + history.Length % 9, limit: 1 + history.Length % 4), history);
            Assert.True(played.IsCompleted);
            played.GetAwaiter().GetResult();
        });
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(Histories).WithEndSize(120)
                .WithReplay(FSharpOption<Replay>.Some(new Replay(new Rnd(seed, 1), FSharpOption<int>.None))),
            property);
    }
}
