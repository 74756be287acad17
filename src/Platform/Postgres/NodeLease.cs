using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Doorbuster.Platform.Postgres;

/// <summary>
/// Leases this process's <see cref="NodeNumber"/>. As a hosted service it has the number before any other service
/// starts and releases it after all have stopped; a command holds one while it runs.
/// </summary>
public sealed class NodeLease(
    [FromKeyedServices(Migrations.PlatformSchema)] NpgsqlDataSource db, NodeNumber node, TimeProvider clock,
    ILogger<NodeLease> log) : IHostedLifecycleService, IDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FreeNumberWaitMax = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _stopping = new();
    private Guid _owner;
    private Task _heartbeat = Task.CompletedTask;

    /// <summary>Has a number until disposed, with its heartbeat.</summary>
    public async Task<IAsyncDisposable> Hold(CancellationToken cancel)
    {
        await Start(cancel);
        return new Held(this);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Start(cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Stop(cancellationToken);

    public void Dispose() => _stopping.Dispose();

    /// <summary>Prolongs the lease, or takes another number when this one is not ours any more.</summary>
    internal async Task Renew(CancellationToken cancel)
    {
        var number = node.Value;
        var renewed = await db.Execute(
            "update platform.nodes set leased_until = now() + interval '60 s' where number = $1 and owner = $2", cancel,
            new NpgsqlParameter { Value = number }, new NpgsqlParameter { Value = _owner });
        if (renewed == 1)
            return;

        await Take(cancel);
        log.NodeNumberLost(number, node.Value);
    }

    private async Task Start(CancellationToken cancel)
    {
        _owner = Guid.CreateVersion7(clock.GetUtcNow());
        await Take(cancel);
        log.NodeNumberTaken(node.Value);
        _heartbeat = KeepBeating(_stopping.Token);
    }

    private async Task Stop(CancellationToken cancel)
    {
        await _stopping.CancelAsync();
        await _heartbeat;
        try
        {
            // It rests a second: a successor whose clock is behind ours must not make our last ids again.
            await db.Execute(
                "update platform.nodes set owner = null, leased_until = now() + interval '1 s' where owner = $1",
                cancel, new NpgsqlParameter { Value = _owner });
        }
        catch (Exception error) when (error is NpgsqlException or OperationCanceledException)
        {
            log.NodeNumberNotReleased(error.Message);    // it runs out by itself
        }
    }

    private async Task Take(CancellationToken cancel)
    {
        var started = clock.GetTimestamp();
        while (true)
        {
            // Released numbers first, the longest rested of them first; a number whose owner fell silent only when
            // there is no other. So a process that could not reach PostgreSQL for minutes, as nobody could, still finds
            // its own.
            await using var command = db.CreateCommand(
                """
                update platform.nodes set owner = $1, leased_until = now() + interval '60 s'
                where number = (
                  select number from platform.nodes
                  where leased_until < now()
                  order by owner is not null, leased_until, number
                  limit 1
                  for update skip locked)
                returning number
                """);
            command.Parameters.Add(new() { Value = _owner });
            if (await command.ExecuteScalarAsync(cancel) is int number)
            {
                node.Value = number;
                return;
            }

            if (clock.GetElapsedTime(started) > FreeNumberWaitMax)
                throw new InvalidOperationException(
                    $"All {NodeNumber.Max + 1} node numbers are leased: no more processes can run.");
            await Task.Delay(RetryDelay, clock, cancel);
        }
    }

    private async Task KeepBeating(CancellationToken stop)
    {
        var delay = Beat;
        while (true)
        {
            try
            {
                await Task.Delay(delay, clock, stop);
                await Renew(stop);
                delay = Beat;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
                when (error is NpgsqlException or InvalidOperationException or OperationCanceledException)
            {
                // While we cannot reach PostgreSQL the number stays ours: nobody else can take it there either.
                if (delay == Beat)
                    log.NodeLeaseNotRenewed(error.Message);
                delay = RetryDelay;
            }
        }
    }

    private sealed class Held(NodeLease lease) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await lease.Stop(CancellationToken.None);
    }
}
