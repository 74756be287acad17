using System.Diagnostics;
using Doorbuster.Accounts;
using Doorbuster.Contracts.Accounts;
using Doorbuster.Platform;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Doorbuster.IntegrationTests.Accounts;

/// <summary>Breaks its servers, so they are its own.</summary>
public sealed class SessionsWithoutRedisTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly List<IHost> _hosts = [];
    private Stores _stores = null!;
    private StoreAddresses _addresses = null!;

    public async ValueTask InitializeAsync()
    {
        _stores = await Stores.Start();
        _addresses = await _stores.NewDatabase();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await host.StopAsync();
            host.Dispose();
        }
        await _stores.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task While_Redis_is_away_sessions_live_and_end_and_what_ended_stays_ended(bool hangs)
    {
        var (one, other) = (await StartProcess(), await StartProcess());
        var person = await Someone.New(one);
        var (kept, keptToken) = await one.Start(person);
        var (ended, endedToken) = await one.Start(person);

        if (hangs)
        {
            _stores.Embedded.Gate.Freeze();
            _stores.Embedded.Cache.Freeze();
        }
        else
        {
            await _stores.Embedded.Gate.Stop();
            await _stores.Embedded.Cache.Stop();
        }

        var started = Stopwatch.GetTimestamp();
        Assert.NotNull(await other.Confirm(keptToken));
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.NotNull(await other.Confirm((await one.Start(person)).Token));
        Assert.True(await one.GetRequiredService<Sessions>().End(ended.Id, person, None));
        await Eventually.IsTrue(async () => await other.Confirm(endedToken) is null, "the end is seen", TimeSpan.FromSeconds(10));

        if (hangs)
        {
            _stores.Embedded.Gate.Thaw();
            _stores.Embedded.Cache.Thaw();
        }
        else
        {
            await _stores.Embedded.Gate.Start(None);
            await _stores.Embedded.Cache.Start(None);
        }

        // Redis still has what it had when it went away; the job tells it what it missed.
        var redis = other.GetRequiredService<SessionRedis>();
        await Eventually.IsTrue(
            async () => (await redis.Find([new SignedToken(ended.Id, person)]))[0] is { IsKnown: true, Session: null },
            "Redis hears of the end", TimeSpan.FromSeconds(20));
        var third = await StartProcess();
        Assert.Null(await third.Confirm(endedToken));
        Assert.NotNull(await third.Confirm(keptToken));
    }

    private async Task<IServiceProvider> StartProcess()
    {
        var host = TestProcess.Build(_addresses, Work.Jobs, [new AccountsFeature()]);
        _hosts.Add(host);
        await host.StartAsync();
        return host.Services;
    }
}

file static class ProcessExtensions
{
    extension(IServiceProvider process)
    {
        public Task<(Session Session, string Token)> Start(long person) =>
            process.GetRequiredService<Sessions>().Start(person, false, CancellationToken.None);

        public async Task<Session?> Confirm(string token)
        {
            var sessions = process.GetRequiredService<Sessions>();
            Assert.True(sessions.TryRead(token, out var read));
            return await sessions.Confirm(read, CancellationToken.None);
        }
    }
}
