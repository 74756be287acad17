using System.Runtime.InteropServices;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform.Messaging;
using Doorbuster.Platform.Redis;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using StackExchange.Redis;

namespace Doorbuster.FlashSales;

/// <summary>Tells the ticket boards of all processes whose claims moved. A lost signal costs a tick, no more.</summary>
internal sealed class TicketSignals(CacheRedis redis, TicketBoard board, ILogger<TicketSignals> log) : BackgroundService
{
    private const string Channel = "flash-sales:tickets";

    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(5);

    public void Say(long[] moved)
    {
        board.Signal(moved);
        try
        {
            var ids = MemoryMarshal.AsBytes(moved.AsSpan()).ToArray();
            redis.Connection.GetSubscriber().Publish(Channel, ids, CommandFlags.FireAndForget);
        }
        catch (RedisException error)
        {
            log.SignalLost(error.Message);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
            try
            {
                // Subscribed once, the connection subscribes again by itself after a loss.
                var subscriber = redis.Connection.GetSubscriber();
                await subscriber.SubscribeAsync(Channel, (_, ids) => board.Signal(Read(ids))).WaitAsync(stoppingToken);
                return;
            }
            catch (Exception error) when (error is RedisException or TimeoutException)
            {
                log.SignalLost(error.Message);
                await Task.Delay(Retry, stoppingToken);
            }
    }

    private static ReadOnlySpan<long> Read(byte[]? ids) => MemoryMarshal.Cast<byte, long>(ids);
}

internal sealed class WakeTicketsOnClaimsReleased(TicketSignals signals) : IConsumer<ClaimsReleased>
{
    public Task Consume(ClaimsReleased message, NpgsqlTransaction transaction, CancellationToken cancel)
    {
        if (message.Kind == FlashSale.PoolKind)
            signals.Say(message.Ids);
        return Task.CompletedTask;
    }
}
