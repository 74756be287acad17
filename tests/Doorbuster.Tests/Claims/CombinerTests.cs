using Doorbuster.Claims;

namespace Doorbuster.Tests.Claims;

public sealed class CombinerTests
{
    /// <summary>The next item comes at the moment at which the combiner finds that nobody waits.</summary>
    [Fact]
    public async Task An_item_that_comes_just_as_it_stops_is_not_forgotten()
    {
        const int rounds = 300_000;
        SemaphoreSlim handled = new(0);
        var combiner = new Combiner<Item>(8, _ => 0, _ => { handled.Release(); return Task.CompletedTask; }, (_, error) => throw error);
        var item = new Item();

        for (var round = 0; round < rounds; round++)
        {
            combiner.Add(item);
            if (!handled.Wait(0))
                Assert.True(await handled.WaitAsync(TimeSpan.FromSeconds(10)), $"Round {round}: forgotten.");
        }
        Assert.True(SpinWait.SpinUntil(() => combiner.IsIdle, TimeSpan.FromSeconds(10)));
    }

    private sealed class Item;
}
