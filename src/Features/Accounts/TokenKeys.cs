using System.Security.Cryptography;
using Doorbuster.Platform;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Doorbuster.Accounts;

/// <summary>
/// The keys that sign sessions: made once in PostgreSQL by whichever process comes first, read by all, read again every half
/// minute and when a token names a key nobody here has seen.
/// </summary>
internal sealed class TokenKeys(AccountStore store, TimeProvider clock, ILogger<TokenKeys> log) : BackgroundService
{
    private static readonly TimeSpan RefreshEvery = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(1);    // strangers' tokens may not make us ask more often

    private readonly SemaphoreSlim _wanted = new(0, 1);
    private volatile TokenKeyRing _ring = new();

    public TokenKeyRing Ring => _ring;

    /// <summary>A token named a key we do not have: perhaps it was made a moment ago. Never waits.</summary>
    public void Miss()
    {
        if (_wanted.CurrentCount == 0)
        {
            try
            {
                _wanted.Release();
            }
            catch (SemaphoreFullException)
            {
                // Somebody else asked at the same moment.
            }
        }
    }

    /// <summary>The ring, loaded when it was not yet: commands run without hosted services.</summary>
    public async ValueTask<TokenKeyRing> Loaded(CancellationToken cancel)
    {
        if (_ring.IsEmpty)
            await Load(cancel);
        return _ring;
    }

    public async Task<ushort> Rotate(CancellationToken cancel)
    {
        await Loaded(cancel);
        var id = checked((ushort)(_ring.Newest + 1));
        await store.AddKey(id, RandomNumberGenerator.GetBytes(32), clock.GetUtcNow(), cancel);
        await Load(cancel);
        return id;
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await Load(cancellationToken);    // before the first request: reading a token does no I/O
        await base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _wanted.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await _wanted.WaitAsync(RefreshEvery, stoppingToken);
            try
            {
                await Load(stoppingToken);
            }
            catch (Exception error) when (error is NpgsqlException or StoreAwayException)
            {
                log.KeysNotRefreshed(error.Message);    // the keys we have stay good
            }
            await Task.Delay(AskAgainAfter, clock, stoppingToken);
        }
    }

    private async Task Load(CancellationToken cancel)
    {
        var keys = await store.ReadKeys(cancel);
        if (keys.Count == 0)
        {
            // Many processes may be here at once: one of them wins the id, and all read the winner's.
            await store.AddKey(1, RandomNumberGenerator.GetBytes(32), clock.GetUtcNow(), cancel);
            keys = await store.ReadKeys(cancel);
        }
        _ring = _ring.Refreshed(keys);
    }
}
