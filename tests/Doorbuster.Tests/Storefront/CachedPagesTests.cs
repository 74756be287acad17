using System.Text;
using Doorbuster.Storefront.Rendering;
using Microsoft.Extensions.Logging.Abstractions;

namespace Doorbuster.Tests.Storefront;

public sealed class CachedPagesTests
{
    private readonly ManualClock _clock = new();
    private readonly CachedPages _pages;
    private int _made;

    public CachedPagesTests() => _pages = new(_clock, NullLogger<CachedPages>.Instance);

    [Fact]
    public async Task A_page_is_made_once_for_all_who_ask_at_once()
    {
        var gate = new TaskCompletionSource();
        async Task<Made> Slowly()
        {
            await gate.Task;
            return Make();
        }

        var asked = Enumerable.Range(0, 100).Select(_ => _pages.Get("/", Slowly).AsTask()).ToList();
        gate.SetResult();
        var given = await Task.WhenAll(asked);

        Assert.Equal(1, _made);
        Assert.Single(given.Distinct());
    }

    [Fact]
    public async Task It_is_shown_old_for_a_moment_and_made_anew_meanwhile()
    {
        var first = await _pages.Get("/", () => Task.FromResult(Make()));
        _clock.Pass(TimeSpan.FromSeconds(5));

        Assert.Same(first, await _pages.Get("/", () => Task.FromResult(Make())));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (ReferenceEquals(first, await _pages.Get("/", () => Task.FromResult(Make()))))
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
        Assert.Equal(2, _made);
    }

    [Fact]
    public async Task What_is_too_old_is_waited_for()
    {
        var first = await _pages.Get("/", () => Task.FromResult(Make()));
        _clock.Pass(TimeSpan.FromSeconds(30));

        Assert.NotSame(first, await _pages.Get("/", () => Task.FromResult(Make())));
    }

    [Fact]
    public async Task While_it_cannot_be_made_its_last_form_is_shown_and_no_longer_than_ten_minutes()
    {
        var first = await _pages.Get("/", () => Task.FromResult(Make()));
        var failed = new Made(null, PageResult.Refused(new() { Code = "store_away", Status = 503 }), 503);

        _clock.Pass(TimeSpan.FromMinutes(5));
        Assert.Same(first, await _pages.Get("/", () => Task.FromResult(failed)));
        Assert.Same(first, await _pages.Get("/", () => throw new InvalidOperationException("broken")));
        _clock.Pass(TimeSpan.FromMinutes(6));
        Assert.Same(failed, await _pages.Get("/", () => Task.FromResult(failed)));
    }

    [Fact]
    public async Task A_failure_is_kept_for_nobody()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await _pages.Get("/", () => throw new InvalidOperationException("broken")));

        Assert.Equal(200, (await _pages.Get("/", () => Task.FromResult(Make()))).Status);
    }

    [Fact]
    public async Task It_does_not_grow_without_end()
    {
        for (var i = 0; i < 5_000; i++)
            await _pages.Get($"/{i}", () => Task.FromResult(Make()));

        Assert.InRange(_pages.Count, 1, 1_001);
    }

    private Made Make()
    {
        Interlocked.Increment(ref _made);
        return new(new PageBytes(Encoding.UTF8.GetBytes("<html>")), PageResult.NotFound, 200);
    }
}
