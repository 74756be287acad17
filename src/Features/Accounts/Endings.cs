using System.Globalization;
using Doorbuster.Platform;
using Doorbuster.Platform.Redis;
using Microsoft.Extensions.Hosting;
using StackExchange.Redis;

namespace Doorbuster.Accounts;

/// <summary>
/// Carries the end of a session from PostgreSQL to Redis and to every process. The word on the cache Redis makes it immediate;
/// without it, memories of 5 s run out by themselves.
/// </summary>
internal sealed class Endings(AccountStore store, SessionRedis sessions, SessionCache cache, CacheRedis told) : IHostedService
{
    private static readonly RedisChannel Channel = "sessions:ended";

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
            await told.Call(db => db.PublishAsync(Channel, string.Join(' ', ids)));
        }
        catch (StoreAwayException)
        {
            // The other processes forget within the cache's life.
        }
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            // Kept by the connection: subscribed again after each reconnect.
            await told.Connection.GetSubscriber().SubscribeAsync(Channel, (_, ids) => Hear(ids))
                .WaitAsync(TimeSpan.FromSeconds(1), cancellationToken);
        }
        catch (Exception error) when (error is RedisException or TimeoutException)
        {
            // Without the word, endings are seen when the cache's entries run out.
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Hear(string? ids)
    {
        foreach (var part in (ids ?? "").Split(' '))
            if (long.TryParse(part, CultureInfo.InvariantCulture, out var id))
                cache.Put(id, null, cache.Now);
    }
}
