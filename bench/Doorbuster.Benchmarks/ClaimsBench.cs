using System.Diagnostics;
using System.Globalization;
using Doorbuster.Benchmarks.Sales;
using Doorbuster.Claims;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;
using Doorbuster.Platform.Embedded;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Doorbuster.Benchmarks;

/// <summary>
/// The claim engine without HTTP: committed claims a second on one hot pool, against the naive way (one update of the hot row and
/// one insert for each request), alternating in one run on the same private stores.
/// </summary>
internal static class ClaimsBench
{
    private const int Callers = 1_024;           // outstanding claims, as that many connections would have
    private const int NaiveConnections = 32;
    private const long BytesPerClaimMax = 1_536; // allocated in the process, all parts; a budget, not a measurement

    private static readonly TimeSpan Round = TimeSpan.FromSeconds(4);

    public static async Task<int> Run(string[] args)
    {
        var quick = args.Contains("--quick");
        var rounds = quick ? 1 : 5;
        var filled = quick ? 50_000 : 1_000_000;

        await using var bench = await Bench.Start();
        var empty = await bench.NewPool();
        await bench.Claims(empty, TimeSpan.FromSeconds(quick ? 1 : 3));    // warms up: JIT, connections, prepared statements

        var (engine, naive, bytes) = (new List<double>(), new List<double>(), new List<double>());
        var cpuBefore = bench.Cpu();
        var claimsBefore = bench.Committed;
        for (var round = 1; round <= rounds; round++)
        {
            var beforeNaive = bench.Cpu();
            naive.Add(await bench.Naive(quick ? TimeSpan.FromSeconds(1) : Round));
            cpuBefore = cpuBefore.Plus(bench.Cpu().Minus(beforeNaive));
            var (rate, allocated) = await bench.Claims(await bench.NewPool(), quick ? TimeSpan.FromSeconds(2) : Round);
            engine.Add(rate);
            bytes.Add(allocated);
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"round {round}: engine {rate,9:n0} claims/s   naive {naive[^1],7:n0} claims/s   {allocated,6:n0} bytes/claim"));
        }

        var cpu = bench.Cpu().Minus(cpuBefore).PerClaim(bench.Committed - claimsBefore);

        var full = await bench.NewPool();
        while (await bench.Taken(full) < filled)
            await bench.Claims(full, TimeSpan.FromSeconds(2));
        var (fresh, old) = (new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            fresh.Add((await bench.Claims(await bench.NewPool(), Round / 2)).Rate);
            old.Add((await bench.Claims(full, Round / 2)).Rate);
        }

        var drift = await bench.Drift(full);
        var ratio = Median(engine) / Median(naive);
        var total = await bench.Taken(full);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            committed claims/s (median of {rounds}, best {engine.Max():n0})   {Median(engine):n0}
            naive hot-row update, {NaiveConnections} connections            {Median(naive):n0}
            ratio                                            {ratio:f1} x
            after {total:n0} claims, of a fresh pool      {Median(old) / Median(fresh):f2}
            processor time per claim, us                     program {cpu.Program:f1}   PostgreSQL {cpu.Postgres:f1}   Redis {cpu.Redis:f1}
            bytes allocated per claim                        {Median(bytes):n0} (budget {BytesPerClaimMax:n0})
            drift                                            {drift}
            """));
        return Median(bytes) <= BytesPerClaimMax && drift == 0 ? 0 : 1;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    /// <summary>Processor time, s; or us a claim.</summary>
    private sealed record Cpu(double Program, double Postgres, double Redis)
    {
        public Cpu Plus(Cpu other) => new(Program + other.Program, Postgres + other.Postgres, Redis + other.Redis);

        public Cpu Minus(Cpu other) => new(Program - other.Program, Postgres - other.Postgres, Redis - other.Redis);

        public Cpu PerClaim(long claims) => new(Program * 1e6 / claims, Postgres * 1e6 / claims, Redis * 1e6 / claims);
    }

    private sealed class Bench(
        Platform.Embedded.Installation installation, EmbeddedStores stores, ServiceProvider services, IAsyncDisposable node) : IAsyncDisposable
    {
        private readonly IClaims _claims = services.GetRequiredService<IClaims>();
        private readonly Ids _ids = services.GetRequiredService<Ids>();
        private readonly NpgsqlDataSource _db = services.GetRequiredKeyedService<NpgsqlDataSource>("claims");
        private long _person;
        private long _committed;

        public long Committed => Volatile.Read(ref _committed);

        public Cpu Cpu() => new(
            Processes.OwnCpuSeconds(Environment.ProcessId), Processes.FamilyCpuSeconds(stores.Postgres.ProcessId),
            Processes.OwnCpuSeconds(stores.Gate.ProcessId));

        public static async Task<Bench> Start()
        {
            var installation = await Platform.Embedded.Installation.Take(
                Directory.CreateTempSubdirectory("doorbuster-bench-").FullName, CancellationToken.None);
            File.SetUnixFileMode(installation.Folder, (UnixFileMode)0b111_101_101);
            var stores = await EmbeddedStores.Start(
                installation, new EmbeddedOptions(), _ => { }, TimeProvider.System, NullLogger.Instance, CancellationToken.None);

            var host = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
            host.Configuration["Postgres:ConnectionString"] = stores.Postgres.ConnectionStringTo("doorbuster");
            host.Configuration["Redis:Gate"] = stores.Gate.ConnectionString;
            host.Configuration["Redis:Cache"] = stores.Cache.ConnectionString;
            host.AddStores();
            new ClaimsFeature().AddServices(host);
            var services = host.Services.BuildServiceProvider();

            await Migrations.Run(
                services.GetRequiredKeyedService<NpgsqlDataSource>("claims"), [new ClaimsFeature()], _ => { }, CancellationToken.None);
            var node = await services.GetRequiredService<NodeLease>().Hold(CancellationToken.None);
            var bench = new Bench(installation, stores, services, node);
            await bench._db.Execute(
                """
                create table naive_stock (id int primary key, left_over bigint not null check (left_over >= 0)) with (fillfactor = 10);
                create table naive_claims (id bigint primary key, stock int not null, person bigint not null, unique (stock, person));
                insert into naive_stock values (1, 1000000000);
                """, CancellationToken.None);
            return bench;
        }

        public async Task<long> NewPool()
        {
            var id = _ids.Next();
            await _claims.Create(
                new PoolDefinition { Id = id, Kind = "sale", Total = 1_000_000_000, LimitPerPerson = 1, Hold = TimeSpan.FromMinutes(15) },
                CancellationToken.None);
            return id;
        }

        /// <summary>Every claim by a new person with a new key, as in a sale.</summary>
        public async Task<(double Rate, double BytesPerClaim)> Claims(long pool, TimeSpan time)
        {
            var clock = Stopwatch.StartNew();
            var (before, committed) = (GC.GetTotalAllocatedBytes(), 0L);
            await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
            {
                while (clock.Elapsed < time)
                {
                    var person = Interlocked.Increment(ref _person);
                    var key = new Guid((int)person, (short)(person >> 32), 0x4b1d, 8, 1, 2, 3, 4, 5, 6, 7).ToString("D");
                    var result = await _claims.Claim(
                        new ClaimRequest(pool, person, 1, key, TimeSpan.FromSeconds(10)), CancellationToken.None);
                    if (result.Outcome != ClaimOutcome.Claimed)
                        throw new InvalidOperationException($"A claim ended as {result.Outcome}.");
                    Interlocked.Increment(ref committed);
                }
            })));
            _committed += committed;
            return (committed / clock.Elapsed.TotalSeconds, (GC.GetTotalAllocatedBytes() - before) / (double)committed);
        }

        public async Task<double> Naive(TimeSpan time)
        {
            var clock = Stopwatch.StartNew();
            var committed = 0L;
            await using var db = NpgsqlDataSource.Create(
                new NpgsqlConnectionStringBuilder(stores.Postgres.ConnectionStringTo("doorbuster")) { MaxPoolSize = NaiveConnections });
            await Task.WhenAll(Enumerable.Range(0, NaiveConnections).Select(_ => Task.Run(async () =>
            {
                await using var connection = await db.OpenConnectionAsync();
                await using var claim = new NpgsqlCommand(
                    """
                    with taken as (update naive_stock set left_over = left_over - 1 where id = 1 and left_over >= 1 returning id)
                    insert into naive_claims (id, stock, person) select $1, id, $2 from taken
                    """, connection);
                var (id, person) = (new NpgsqlParameter<long>(), new NpgsqlParameter<long>());
                claim.Parameters.AddRange(new NpgsqlParameter[] { id, person });
                while (clock.Elapsed < time)
                {
                    (id.TypedValue, person.TypedValue) = (_ids.Next(), Interlocked.Increment(ref _person));
                    if (claim.IsPrepared is false)
                        await claim.PrepareAsync();
                    Interlocked.Add(ref committed, await claim.ExecuteNonQueryAsync());
                }
            })));
            return committed / clock.Elapsed.TotalSeconds;
        }

        public async Task<long> Taken(long pool) => (await _claims.Audit(pool, CancellationToken.None))!.Held;

        public async Task<long?> Drift(long pool) => (await _claims.Audit(pool, CancellationToken.None))!.Drift;

        public async ValueTask DisposeAsync()
        {
            await node.DisposeAsync();
            await services.DisposeAsync();
            await stores.DisposeAsync();
            installation.Dispose();
            Directory.Delete(installation.Folder, recursive: true);
        }
    }
}
