using Doorbuster.Accounts;
using Doorbuster.Contracts.Accounts;

namespace Doorbuster.Tests.Accounts;

public sealed class SessionCacheTests
{
    private readonly ManualClock _clock = new();
    private readonly SessionCache _cache;

    public SessionCacheTests() => _cache = new(_clock);

    private Session Living(long id) => new(id, id + 1, false, _clock.GetUtcNow().AddHours(1));

    [Fact]
    public void What_is_known_is_known_for_five_seconds_also_that_there_is_none()
    {
        _cache.Put(1, Living(1), _cache.Now);
        _cache.Put(2, null, _cache.Now);

        _clock.PassSeconds(4.9);
        Assert.True(_cache.TryGet(1, out var one));
        Assert.Equal(2, one!.Person);
        Assert.True(_cache.TryGet(2, out var two));
        Assert.Null(two);

        _clock.PassSeconds(0.2);
        Assert.False(_cache.TryGet(1, out _));
        Assert.False(_cache.TryGet(2, out _));
    }

    [Fact]
    public void An_answer_asked_for_before_the_session_ended_does_not_bring_it_back()
    {
        var asked = _cache.Now;
        _clock.PassSeconds(0.1);
        _cache.Put(1, null, _cache.Now);
        _cache.Put(1, Living(1), asked);

        Assert.True(_cache.TryGet(1, out var session));
        Assert.Null(session);
    }

    [Fact]
    public void A_million_sessions_take_no_more_room_than_there_are_places()
    {
        for (var id = 1; id <= 1_000_000; id++)
            _cache.Put(id, Living(id), _cache.Now);

        var known = Enumerable.Range(1, 1_000_000).Count(id => _cache.TryGet(id, out _));
        Assert.InRange(known, SessionCache.Places / 2, SessionCache.Places);
    }

    [Fact]
    public async Task Readers_never_see_another_session_than_they_asked_for()
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        await Parallel.ForAsync(0, 4, async (worker, _) =>
        {
            await Task.Yield();
            for (long id = worker; !stop.IsCancellationRequested; id += 7)
            {
                _cache.Put(id % 500, Living(id % 500), _cache.Now);
                if (_cache.TryGet(id % 300, out var session))
                    Assert.Equal(id % 300, session!.Id);
            }
        });
    }
}
