using System.Collections.Concurrent;
using System.Text.Json;
using Doorbuster.Platform;
using Doorbuster.Platform.Jobs;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Doorbuster.IntegrationTests.Platform;

/// <summary>Scheduled jobs in several processes on one database: each time is one run.</summary>
public sealed class JobTests(SharedStores stores) : IAsyncLifetime
{
    private static readonly JobSchedule EachSecond = JobSchedule.Every(TimeSpan.FromSeconds(1));
    private static readonly JobSchedule Yearly = JobSchedule.Cron("0 0 0 1 1 ?");

    private readonly Database _database = new(stores);
    private readonly Work _work = new();

    public async ValueTask InitializeAsync() => await _database.InitializeAsync();

    public ValueTask DisposeAsync()
    {
        _work.Open();
        return _database.DisposeAsync();
    }

    [Fact]
    public async Task Of_several_processes_exactly_one_runs_each_firing()
    {
        for (var i = 0; i < 3; i++)
            await Process<Counting>("test.each_second", EachSecond);

        await Eventually.IsTrue(() => _work.Runs.Count >= 4, "four firings were run");

        Assert.Equal(0, await Scalar("select count(*) from platform.job_runs where outcome in ('failed', 'lost')"));
        Assert.Equal(
            await Scalar("select count(*) from platform.job_runs"),
            await Scalar("select count(distinct fire_at) from platform.job_runs"));
        Assert.InRange(_work.Runs.Count - await Scalar("select count(*) from platform.job_runs"), -1, 1);
        Assert.Equal(1, _work.AtOnceMax);
    }

    [Fact]
    public async Task A_run_that_takes_longer_than_the_interval_is_not_overlapped()
    {
        await Process<Waiting>("test.slow", EachSecond);
        await Process<Waiting>("test.slow", EachSecond);
        await Process<Counting>("test.quick", EachSecond);

        await Eventually.IsTrue(() => _work.Runs.Count >= 3, "another job ran three times meanwhile");
        Assert.Equal(1, _work.Begun);
        _work.Open();
        await Eventually.IsTrue(() => _work.Begun >= 2, "the next run begins when the first has ended");
    }

    [Fact]
    public async Task A_process_that_stops_hands_its_run_to_another_at_once()
    {
        using var first = TestProcess.Build(
            _database.Addresses, Doorbuster.Platform.Work.None, [], services => Add<Waiting>(services, "test.slow", Yearly));
        await first.StartAsync();
        await Due("test.slow");
        await Eventually.IsTrue(() => _work.Begun == 1, "the first process has begun");

        await Process<Counting>("test.slow", Yearly);
        await first.StopAsync();

        await Eventually.IsTrue(() => _work.Runs.Count == 1, "the second process does it", TimeSpan.FromSeconds(5));
        Assert.Equal("stopped", await Outcome("test.slow", run: 1));
        await Eventually.IsTrue(async () => await Outcome("test.slow", run: 2) == "done", "its end is written down");
    }

    [Fact]
    public async Task A_run_whose_process_fell_silent_is_taken_over_and_its_late_end_counts_for_nothing()
    {
        var services = await _database.StartProcess(Doorbuster.Platform.Work.None, []);
        var silent = services.GetRequiredService<JobStore>();
        var job = Job<Counting>("test.silent", Yearly);
        await silent.Declare(job, default);
        await Due("test.silent");
        var lost = (await silent.TakeDue(["test.silent"], default))!;
        await _database.Sql.Execute("update platform.jobs set leased_until = now() - interval '1 s'", default);

        await Process<Counting>("test.silent", Yearly);

        await Eventually.IsTrue(async () => await Outcome("test.silent", run: 2) == "done", "another did it");
        Assert.Equal("lost", await Outcome("test.silent", run: 1));
        Assert.False(await silent.Renew(lost, default));
        Assert.False(await silent.Finish(lost, JobOutcome.Done, "late", null, default));
        Assert.Single(_work.Runs);
    }

    [Fact]
    public async Task What_was_missed_for_days_is_made_up_for_by_one_run()
    {
        await Process<Counting>("test.missed", JobSchedule.Every(TimeSpan.FromHours(1)));
        await Eventually.IsTrue(async () => await Scalar("select count(*) from platform.jobs") == 1, "it is declared");
        await _database.Sql.Execute("update platform.jobs set next_at = now() - interval '3 days'", default);

        await Eventually.IsTrue(() => !_work.Runs.IsEmpty, "it is run");
        await Eventually.IsTrue(
            async () => await Scalar("select count(*) from platform.jobs where next_at > now() and owner is null") == 1,
            "the next time is in the future");
        Assert.Single(_work.Runs);
    }

    [Fact]
    public async Task A_failed_run_is_written_down_and_tried_again_before_its_next_time()
    {
        await Process<Failing>("test.failing", Yearly);
        await Due("test.failing");

        await Eventually.IsTrue(async () => await Outcome("test.failing", run: 1) == "failed", "it failed");
        Assert.Equal(1, await Scalar(
            "select count(*) from platform.jobs where failures = 1 and next_at between now() and now() + interval '1 min'"));
        Assert.Equal(1, await Scalar("select count(*) from platform.job_runs where what like '%the dog ate it%'"));

        await _database.Sql.Execute("update platform.jobs set next_at = now()", default);
        await Eventually.IsTrue(async () => await Scalar("select count(*) from platform.jobs where failures = 2") == 1,
            "it failed again");
        Assert.Equal(1, await Scalar(
            "select count(*) from platform.jobs where next_at between now() + interval '1 min' and now() + interval '2 min'"));
    }

    [Fact]
    public async Task A_run_that_takes_too_long_is_broken_off()
    {
        await Process<Waiting>("test.endless", Yearly, TimeSpan.FromSeconds(1));
        await Due("test.endless");
        await Eventually.IsTrue(async () => await Outcome("test.endless", run: 1) == "failed", "it was broken off");
    }

    [Fact]
    public async Task Jobs_are_listed_and_run_from_the_command_line()
    {
        await using var shop = await RunningShop.Serve(_database.Addresses, role: "worker");

        var done = await shop.Ask("job", "run", "notices.remove_old");
        Assert.Equal("removed 0", done.GetProperty("what").GetString());
        var listed = (await shop.Ask("job", "list")).GetProperty("data").EnumerateArray()
            .Single(job => job.GetProperty("name").GetString() == "notices.remove_old");
        Assert.Equal("done", listed.GetProperty("outcome").GetString());
        Assert.False(listed.GetProperty("isRunning").GetBoolean());
        Assert.Equal(JsonValueKind.String, listed.GetProperty("nextAt").ValueKind);

        await Eventually.IsTrue(async () => (await shop.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative)))
            .Contains("doorbuster_jobs_runs_total{job=\"notices.send_mails\"", StringComparison.Ordinal),
            "the metrics count the runs");
    }

    private async Task Process<TJob>(string name, JobSchedule schedule, TimeSpan? limit = null)
        where TJob : class, IJob =>
        await _database.StartProcess(
            Doorbuster.Platform.Work.None, [], services => Add<TJob>(services, name, schedule, limit));

    private void Add<TJob>(IServiceCollection services, string name, JobSchedule schedule, TimeSpan? limit = null)
        where TJob : class, IJob
    {
        services.AddSingleton(_work);
        services.AddJob<TJob>(name, schedule, limit);
    }

    private static ScheduledJob Job<TJob>(string name, JobSchedule schedule)
        where TJob : class, IJob => new(
            name, schedule, ScheduledJob.LimitDefault, all => ActivatorUtilities.CreateInstance<TJob>(all));

    private async Task Due(string name) => await Eventually.IsTrue(
        async () => await _database.Sql.Execute(
            "update platform.jobs set next_at = now() where name = $1", default, new NpgsqlParameter { Value = name }) == 1,
        "the job is declared");

    private async Task<string?> Outcome(string job, long run) => (await _database.Sql.Query(
        "select coalesce(outcome, 'running') from platform.job_runs where job = $1 and run = $2",
        row => row.GetString(0), default, new() { Value = job }, new() { Value = run })).SingleOrDefault();

    private async Task<long> Scalar(string sql) =>
        (await _database.Sql.Query(sql, row => row.GetInt64(0), default)).Single();

    private sealed class Work
    {
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _begun;
        private int _atOnce;

        public ConcurrentQueue<int> Runs { get; } = new();

        public int AtOnceMax { get; private set; }

        public int Begun => Volatile.Read(ref _begun);

        public void Open() => _open.TrySetResult();

        public async Task Wait(CancellationToken cancel)
        {
            Interlocked.Increment(ref _begun);
            await _open.Task.WaitAsync(cancel);
        }

        public async Task Count()
        {
            AtOnceMax = Math.Max(AtOnceMax, Interlocked.Increment(ref _atOnce));
            await Task.Yield();
            Interlocked.Decrement(ref _atOnce);
            Runs.Enqueue(1);
        }
    }

    private sealed class Counting(Work work) : IJob
    {
        public async Task<string> Run(CancellationToken cancel)
        {
            await work.Count();
            return "counted";
        }
    }

    private sealed class Waiting(Work work) : IJob
    {
        public async Task<string> Run(CancellationToken cancel)
        {
            await work.Wait(cancel);
            return "waited";
        }
    }

    private sealed class Failing : IJob
    {
        public Task<string> Run(CancellationToken cancel) => throw new InvalidOperationException("the dog ate it");
    }
}
