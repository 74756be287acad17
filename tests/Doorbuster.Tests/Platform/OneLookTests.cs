using Doorbuster.Platform;

namespace Doorbuster.Tests.Platform;

public sealed class OneLookTests
{
    private readonly ManualClock _clock = new();
    private readonly List<TaskCompletionSource<int>> _looks = [];
    private readonly OneLook<int> _one;

    public OneLookTests() => _one = new(Look, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), _clock);

    [Fact]
    public async Task Everybody_who_asks_at_once_is_answered_by_one_look()
    {
        var asking = Enumerable.Range(0, 20).Select(_ => Task.Run(() => Task.FromResult(Read()))).ToArray();
        var asked = await Task.WhenAll(asking);

        Assert.Single(_looks).SetResult(1);
        Assert.All(await Task.WhenAll(asked), answer => Assert.Equal(1, answer));
    }

    [Fact]
    public async Task Meanwhile_the_last_one_is_shown_unless_it_is_too_old()
    {
        var first = Read();
        _looks[0].SetResult(1);
        Assert.Equal(1, await first);

        _clock.PassSeconds(2);
        Assert.Equal(1, await Read());
        Assert.Equal(1, await Read());
        Assert.Equal(2, _looks.Count);
        _looks[1].SetResult(2);
        Assert.Equal(2, await Read());

        _clock.PassSeconds(6);
        var late = Read();
        Assert.False(late.IsCompleted);
        _looks[2].SetResult(3);
        Assert.Equal(3, await late);
        Assert.Equal(3, _looks.Count);
    }

    [Fact]
    public async Task A_look_that_failed_is_tried_again_by_the_next_who_asks()
    {
        var failed = Read();
        _looks[0].SetException(new TimeoutException());
        await Assert.ThrowsAsync<TimeoutException>(() => failed);

        var again = Read();
        _looks[1].SetResult(2);
        Assert.Equal(2, await again);

        _clock.PassSeconds(2);
        Assert.Equal(2, await Read());
        _looks[2].SetException(new TimeoutException());
        Assert.Equal(2, await Read());
        Assert.Equal(4, _looks.Count);
    }

    private Task<int> Read() => _one.Read(TestContext.Current.CancellationToken);

    private Task<int> Look()
    {
        var look = new TaskCompletionSource<int>();
        _looks.Add(look);
        return look.Task;
    }
}
