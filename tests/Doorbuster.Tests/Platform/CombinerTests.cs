using System.Collections.Concurrent;
using Doorbuster.Platform;

namespace Doorbuster.Tests.Platform;

public sealed class CombinerTests
{
    [Fact]
    public async Task What_is_asked_while_a_lookup_is_under_way_goes_into_the_next_one()
    {
        var (batches, mayAnswer) = (new ConcurrentQueue<int>(), new TaskCompletionSource());
        Combiner<int, int> combiner = new("store", batchMax: 50, waitingMax: 1_000, lookupsMax: 1, async keys =>
        {
            batches.Enqueue(keys.Length);
            await mayAnswer.Task;
            return Array.ConvertAll(keys, key => key * 2);
        });

        var first = combiner.Get(0).AsTask();
        while (batches.IsEmpty)
            await Task.Yield();
        var others = Enumerable.Range(1, 120).Select(key => combiner.Get(key).AsTask()).ToArray();
        mayAnswer.SetResult();

        Assert.Equal(0, await first);
        Assert.Equal(Enumerable.Range(1, 120).Select(key => key * 2), await Task.WhenAll(others));
        Assert.Equal([1, 50, 50, 20], batches);
    }

    [Fact]
    public async Task A_lookup_that_fails_fails_those_who_wait_for_it_and_nobody_after()
    {
        var isBroken = true;
        Combiner<int, int> combiner = new("store", 50, 1_000, 2, keys =>
            isBroken ? throw new StoreAwayException("store") : Task.FromResult(keys));

        await Assert.ThrowsAsync<StoreAwayException>(() => combiner.Get(1).AsTask());
        isBroken = false;
        Assert.Equal(2, await combiner.Get(2));
    }

    [Fact]
    public async Task More_than_may_wait_are_told_at_once()
    {
        var mayAnswer = new TaskCompletionSource();
        Combiner<int, int> combiner = new("store", batchMax: 1, waitingMax: 10, lookupsMax: 1, async keys =>
        {
            await mayAnswer.Task;
            return keys;
        });

        var (accepted, keys, refused) = (new List<Task<int>>(), new List<int>(), 0);
        for (var key = 0; key < 50; key++)
        {
            try
            {
                accepted.Add(combiner.Get(key).AsTask());
                keys.Add(key);
            }
            catch (StoreAwayException)
            {
                refused++;
            }
        }
        Assert.InRange(accepted.Count, 10, 11);    // one may be in the lookup already
        mayAnswer.SetResult();
        Assert.Equal(keys, await Task.WhenAll(accepted));    // each its own answer
        Assert.Equal(50, accepted.Count + refused);
    }

    [Fact]
    public async Task Everyone_gets_their_own_answer_under_load()
    {
        Combiner<int, int> combiner = new("store", 64, 100_000, 2, async keys =>
        {
            await Task.Yield();
            return Array.ConvertAll(keys, key => -key);
        });
        await Parallel.ForAsync(0, 20_000, async (key, _) => Assert.Equal(-key, await combiner.Get(key)));
    }
}
