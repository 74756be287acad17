using Microsoft.Extensions.Logging;
using Npgsql;

namespace Doorbuster.Platform.Jobs;

/// <summary>Runs a job that was taken: keeps the lease, breaks off when it is lost, and writes down what became of
/// it.</summary>
internal sealed class JobWorker(
    JobStore store, JobMetrics metrics, IServiceProvider services, TimeProvider clock, ILogger<JobWorker> log)
{
    private const int WhatMax = 1_000;

    private static readonly TimeSpan RetryMin = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RetryMax = TimeSpan.FromHours(1);
    private static readonly TimeSpan FinishPatience = TimeSpan.FromSeconds(5);

    /// <summary>Never throws.</summary>
    public async Task<(JobOutcome Outcome, string What)> Run(ScheduledJob job, Firing firing, CancellationToken stop)
    {
        if (firing.IsTakenOver)
            log.JobTakenOver(job.Name, firing.Run);
        metrics.Started(job.Name, firing.StartedAt - firing.DueAt);
        var started = clock.GetTimestamp();
        var (outcome, what) = await Work(job, firing, stop);
        metrics.Ended(job.Name, outcome, clock.GetElapsedTime(started));
        await Finish(job, firing, outcome, what);
        return (outcome, what);
    }

    private async Task<(JobOutcome Outcome, string What)> Work(ScheduledJob job, Firing firing, CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        end.CancelAfter(job.Limit);
        var beat = KeepLease(firing, end);
        try
        {
            return (JobOutcome.Done, Short(await job.Make(services).Run(end.Token)));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return (JobOutcome.Stopped, "the process stopped");
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            return (JobOutcome.Failed, $"broken off: it took longer than {job.Limit:c}, or another process took over");
        }
        catch (Exception error)    // one job's failure stops neither the others nor the runner
        {
            log.JobFailed(error, job.Name, firing.Run);
            return (JobOutcome.Failed, Short($"{error.GetType().Name}: {error.Message}"));
        }
        finally
        {
            await end.CancelAsync();
            await beat;
        }
    }

    // When the lease cannot be renewed for nearly as long as it lasts, another may begin: this run must end before.
    private async Task KeepLease(Firing firing, CancellationTokenSource end)
    {
        var renewed = clock.GetTimestamp();
        while (true)
        {
            await Task.Delay(store.Lease / 4, clock, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (end.IsCancellationRequested)
                return;
            try
            {
                var asked = clock.GetTimestamp();
                if (!await store.Renew(firing, end.Token))
                {
                    log.JobLeaseLost(firing.Job, firing.Run);
                    await end.CancelAsync();
                    return;
                }
                renewed = asked;
            }
            catch (Exception error) when (error is NpgsqlException or OperationCanceledException or TimeoutException)
            {
                if (clock.GetElapsedTime(renewed) < store.Lease * 0.6)
                    continue;
                log.JobLeaseLost(firing.Job, firing.Run);
                await end.CancelAsync();
                return;
            }
        }
    }

    private async Task Finish(ScheduledJob job, Firing firing, JobOutcome outcome, string what)
    {
        try
        {
            using var time = new CancellationTokenSource(FinishPatience, clock);
            if (!await store.Finish(firing, outcome, what, NextAt(job, firing, outcome), time.Token))
                log.JobLeaseLost(firing.Job, firing.Run);
        }
        catch (Exception error) when (error is NpgsqlException or OperationCanceledException or TimeoutException)
        {
            log.JobNotFinished(firing.Job, firing.Run, error.Message);    // its lease runs out, and it is done again
        }
    }

    // One run makes up for all times that have passed; one that was stopped stays due, and somebody else takes it.
    private DateTimeOffset? NextAt(ScheduledJob job, Firing firing, JobOutcome outcome)
    {
        if (outcome == JobOutcome.Stopped || firing.DueAt > firing.StartedAt)
            return null;
        var now = clock.GetUtcNow();
        var next = job.Schedule.NextAfter(now > firing.DueAt ? now : firing.DueAt);
        if (outcome == JobOutcome.Done)
            return next;
        var wait = RetryMin * Math.Pow(2, Math.Min(firing.Failures, 10));
        var retry = now + (wait < RetryMax ? wait : RetryMax);
        return retry < next ? retry : next;
    }

    private static string Short(string text)
    {
        text = text.Replace("\0", "", StringComparison.Ordinal);    // PostgreSQL has no such character
        return text.Length <= WhatMax ? text : text[..WhatMax];
    }
}
