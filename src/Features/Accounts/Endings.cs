using System.Globalization;
using Doorbuster.Platform;
using Doorbuster.Platform.Redis;
using Microsoft.Extensions.Hosting;

namespace Doorbuster.Accounts;

/// <summary>
/// Carries the end of a session from PostgreSQL to Redis and to every process. The word on the cache Redis makes it immediate;
/// without it, memories of 5 s run out by themselves.
/// </summary>
internal sealed class Endings(AccountStore store, SessionRedis sessions, SessionCache cache, CacheRedis told) : IHostedService
{
    private const string Channel = "sessions:ended";

    private IDisposable? _hearing;

    /// <summary>Returns when Redis knows, or when it is clear that CleanSessions has to tell it.</summary>
    public async Task Tell(IReadOnlyList<EndedSession> ended, CancellationToken cancel)
    {
        var ids = ended.Select(session => session.Id).ToArray();
        foreach (var id in ids)
            cache.Put(id, null, cache.Now);
        if (await sessions.End(ended))
            await store.FinishEndings(ids, cancel);
        try
        {
            await told.Publish(Channel, string.Join(' ', ids));
        }
        catch (StoreAwayException)
        {
            // The other processes forget within the cache's life.
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // What is said while the connection is lost is seen when the cache's entries run out.
        _hearing = told.Subscribe(Channel, ids => Hear(ids), onReconnected: () => { });
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _hearing?.Dispose();
        return Task.CompletedTask;
    }

    private void Hear(string? ids)
    {
        foreach (var part in (ids ?? "").Split(' '))
            if (long.TryParse(part, CultureInfo.InvariantCulture, out var id))
                cache.Put(id, null, cache.Now);
    }
}
