using Doorbuster.Platform.Audit;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace Doorbuster.Platform.Jobs;

/// <summary>Who runs what, by PostgreSQL's clock: a lease per job, fenced by the number of the run.</summary>
internal sealed class JobStore(
    [FromKeyedServices(Migrations.PlatformSchema)] NpgsqlDataSource db, IOptions<JobsOptions> options,
    TimeProvider clock)
{
    private const int RunsKept = 50;    // of each job

    private readonly Guid _owner = Guid.CreateVersion7(clock.GetUtcNow());

    public TimeSpan Lease => options.Value.Lease;

    private static string Worker => $"{Environment.MachineName}:{Environment.ProcessId}";

    /// <summary>Makes the job known; a new schedule counts from now on.</summary>
    public Task Declare(ScheduledJob job, CancellationToken cancel) => db.Execute(
        """
        insert into platform.jobs as j (name, schedule, next_at) values ($1, $2, $3)
        on conflict (name) do update set schedule = excluded.schedule, next_at = excluded.next_at
        where j.schedule <> excluded.schedule
        """,
        cancel, new() { Value = job.Name }, new() { Value = job.Schedule.Text },
        new() { Value = job.Schedule.NextAfter(clock.GetUtcNow()) });

    /// <summary>Takes one of the jobs that are due and run by nobody; null when there is none.</summary>
    public Task<Firing?> TakeDue(string[] names, CancellationToken cancel) => Take(
        "name = any($1) and next_at <= now()", new() { Value = names }, cancel);

    /// <summary>Takes the job whether it is due or not; null while it runs.</summary>
    public Task<Firing?> Take(string name, CancellationToken cancel) => Take(
        "name = $1", new() { Value = name }, cancel);

    /// <summary>False when the run is not ours any more.</summary>
    public async Task<bool> Renew(Firing firing, CancellationToken cancel) => await db.Execute(
        "update platform.jobs set leased_until = now() + $4 where name = $1 and run = $2 and owner = $3", cancel,
        new() { Value = firing.Job }, new() { Value = firing.Run }, new() { Value = _owner },
        new() { Value = Lease }) == 1;

    /// <summary>False when the run was not ours any more: then another's outcome counts.</summary>
    /// <param name="nextAt">When it is due again; null leaves that as it is.</param>
    public async Task<bool> Finish(
        Firing firing, JobOutcome outcome, string what, DateTimeOffset? nextAt, CancellationToken cancel) =>
        await db.Execute(
            """
            with ended as (
              update platform.jobs set owner = null, leased_until = null, next_at = coalesce($4, next_at),
                failures = case $5 when 'done' then 0 when 'failed' then failures + 1 else failures end
              where name = $1 and run = $2 and owner = $3
              returning name, run
            ), forgotten as (
              delete from platform.job_runs r using ended where r.job = ended.name and r.run <= ended.run - $7
            )
            update platform.job_runs r set ended_at = now(), outcome = $5, what = $6
            from ended where r.job = ended.name and r.run = ended.run
            """,
            cancel, new() { Value = firing.Job }, new() { Value = firing.Run }, new() { Value = _owner },
            new() { Value = (object?)nextAt ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz },
            new() { Value = NameOf(outcome) }, new() { Value = what }, new() { Value = RunsKept }) == 1;

    /// <summary>What is known of every job, with its last run.</summary>
    public Task<List<JobRow>> List(CancellationToken cancel) => db.Query(
        """
        select j.name, j.schedule, j.next_at, coalesce(j.leased_until > now(), false), j.failures,
               r.started_at, r.ended_at, case when r.ended_at is null and j.leased_until < now() then 'lost' else r.outcome end,
               r.what, r.worker
        from platform.jobs j left join platform.job_runs r on r.job = j.name and r.run = j.run
        order by j.name
        limit 1000
        """,
        row => new JobRow(
            row.GetString(0), row.GetString(1), row.GetFieldValue<DateTimeOffset>(2), row.GetBoolean(3), row.GetInt32(4),
            row.ValueOrNull<DateTimeOffset>(5), row.ValueOrNull<DateTimeOffset>(6),
            row.IsDBNull(7) ? null : row.GetString(7), row.IsDBNull(8) ? null : row.GetString(8),
            row.IsDBNull(9) ? null : row.GetString(9)),
        cancel);

    // A worker looks all day and mostly in vain: that is one statement. Who runs a job by hand is on record for it.
    private async Task<Firing?> Take(string which, NpgsqlParameter names, CancellationToken cancel)
    {
        var taking = Taking(which);
        NpgsqlParameter[] values = [names, new() { Value = _owner }, new() { Value = Lease }, new() { Value = Worker }];
        if (Actor.Current is null)
            return await db.QueryFirst(taking, ReadFiring, cancel, values);

        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var firing = (await transaction.Query(taking, ReadFiring, cancel, values)).SingleOrDefault();
        if (firing is not null)
            await transaction.Audit("job.run", firing.Job, null, new() { ["run"] = firing.Run }, cancel);
        await transaction.CommitAsync(cancel);
        return firing;
    }

    // The run before that did not end was lost with its process; who takes over says so.
    private static string Taking(string which) =>
        $"""
        with free as (
          select name, run, owner from platform.jobs
          where {which} and (owner is null or leased_until < now())
          order by next_at, name
          limit 1
          for update skip locked
        ), lost as (
          update platform.job_runs r set ended_at = now(), outcome = 'lost'
          from free where r.job = free.name and r.run = free.run and free.owner is not null
        ), taken as (
          update platform.jobs j set run = j.run + 1, owner = $2, leased_until = now() + $3
          from free where j.name = free.name
          returning j.name, j.run, j.next_at, j.failures
        ), begun as (
          insert into platform.job_runs (job, run, fire_at, worker, started_at)
          select name, run, next_at, $4, now() from taken
        )
        select taken.name, taken.run, taken.next_at, taken.failures, now(), free.owner is not null
        from taken join free using (name)
        """;

    private static Firing ReadFiring(NpgsqlDataReader row) => new(
        row.GetString(0), row.GetInt64(1), row.GetFieldValue<DateTimeOffset>(2), row.GetInt32(3),
        row.GetFieldValue<DateTimeOffset>(4), row.GetBoolean(5));

    private static string NameOf(JobOutcome outcome) => outcome switch
    {
        JobOutcome.Done => "done",
        JobOutcome.Failed => "failed",
        _ => "stopped",
    };
}

internal enum JobOutcome { Done, Failed, Stopped }

/// <param name="DueAt">When it was due; later than <paramref name="StartedAt"/> when it is run by hand.</param>
/// <param name="Failures">Failed runs in a row before this one.</param>
/// <param name="IsTakenOver">The run before was lost with its process.</param>
internal sealed record Firing(
    string Job, long Run, DateTimeOffset DueAt, int Failures, DateTimeOffset StartedAt, bool IsTakenOver);

internal sealed record JobRow(
    string Name, string Schedule, DateTimeOffset NextAt, bool IsRunning, int Failures, DateTimeOffset? StartedAt,
    DateTimeOffset? EndedAt, string? Outcome, string? What, string? Worker);
