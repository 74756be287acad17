using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Doorbuster.Platform.Jobs;

/// <summary>Stands by to run this process's jobs: looks each second which are due, and takes what nobody else has.</summary>
internal sealed class JobRunner(
    IEnumerable<ScheduledJob> declared, JobStore store, JobWorker worker, TimeProvider clock, ILogger<JobRunner> log)
    : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, ScheduledJob> _jobs = declared.ToDictionary(job => job.Name);
    private readonly List<Task> _running = [];    // no more than there are jobs

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var (names, isDeclared, isAway) = (_jobs.Keys.ToArray(), false, false);
        using var timer = new PeriodicTimer(Look, clock);
        do
        {
            try
            {
                if (!isDeclared)
                    foreach (var job in _jobs.Values)
                        await store.Declare(job, stoppingToken);
                isDeclared = true;
                while (await store.TakeDue(names, stoppingToken) is { } firing)
                    _running.Add(worker.Run(_jobs[firing.Job], firing, stoppingToken));
                isAway = false;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception error)    // whatever it is, the jobs of tomorrow must run
            {
                if (!isAway)
                    log.JobsNotRead(error.Message);
                isAway = true;
            }
            _running.RemoveAll(run => run.IsCompleted);
        }
        while (await Next(timer, stoppingToken));
        await Task.WhenAll(_running);
    }

    private static async Task<bool> Next(PeriodicTimer timer, CancellationToken stop)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stop);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
