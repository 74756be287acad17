using System.Diagnostics;
using System.Globalization;
using Doorbuster.Contracts.Claims;
using Doorbuster.Contracts.Payments;
using Doorbuster.Platform;
using Doorbuster.Platform.Embedded;
using Doorbuster.Platform.Messaging;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Doorbuster.Benchmarks;

/// <summary>
/// How fast one process brings waiting messages to a consumer, each with its inbox row and its own committed transaction: small
/// ones to a consumer that does nothing, and batches of claims to one that writes a row for each.
/// </summary>
internal static class QueueBench
{
    private const int ClaimsPerMessage = 256;

    public static async Task<int> Run(string[] args)
    {
        var folder = Directory.CreateTempSubdirectory("doorbuster-bench-").FullName;
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);    // the stores' users must get in
        try
        {
            await Measure(folder, args.Contains("--quick"));
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task Measure(string folder, bool quick)
    {
        using var installation = await Installation.Take(folder, CancellationToken.None);
        await using var stores = await EmbeddedStores.Start(
            installation, new EmbeddedOptions(), _ => { }, TimeProvider.System, NullLogger.Instance, CancellationToken.None);
        await using var db = NpgsqlDataSource.Create(stores.Postgres.ConnectionStringTo("doorbuster"));
        await Migrations.Run(db, [], _ => { }, CancellationToken.None);
        await db.Execute(
            """
            create table bench_claims (
              id bigint primary key, person bigint, quantity int, ordinal bigint, made_at timestamptz)
            """, CancellationToken.None);

        await Publish(db, 2_000, Small);
        await Publish(db, 50, Claims);
        await Drain(stores, db);    // warms up: JIT, connections, prepared statements

        var (small, claims) = quick ? (5_000, 200) : (40_000, 2_000);
        await Publish(db, small, Small);
        var smallRate = small / await Drain(stores, db);
        await Publish(db, claims, Claims);
        var claimsRate = claims / await Drain(stores, db);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            small messages/s                            {smallRate:n0}
            messages/s of {ClaimsPerMessage} claims, each a row          {claimsRate:n0} ({claimsRate * ClaimsPerMessage:n0} rows/s)
            """));
    }

    private static async Task<double> Drain(EmbeddedStores stores, NpgsqlDataSource db)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration["Postgres:ConnectionString"] = stores.Postgres.ConnectionStringTo("doorbuster");
        builder.Configuration["Redis:Gate"] = stores.Gate.ConnectionString;
        builder.Configuration["Redis:Cache"] = stores.Cache.ConnectionString;
        builder.AddStores();
        builder.AddPostgres("bench");
        builder.Services.AddConsumer<PaymentCaptured, DoNothing>("bench.nothing", "bench");
        builder.Services.AddConsumer<ClaimsMade, WriteClaims>("bench.write", "bench");
        using var host = builder.Build();

        var started = Stopwatch.GetTimestamp();
        await host.StartAsync();
        while ((await db.Query(
            "select exists (select from messaging.outbox)", row => row.GetBoolean(0), CancellationToken.None)).Single())
            await Task.Delay(10);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        await host.StopAsync();
        return seconds;
    }

    private static async Task Publish<T>(NpgsqlDataSource db, int count, Func<int, T> make) where T : class
    {
        await using var connection = await db.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        for (var n = 0; n < count; n++)
            await transaction.Publish(make(n), CancellationToken.None);
        await transaction.CommitAsync();
    }

    private static PaymentCaptured Small(int n) => new()
    {
        Payment = n,
        Order = n,
        Person = n,
        AmountMinor = 999,
        Currency = "GBP",
        CapturedAt = DateTimeOffset.UnixEpoch,
    };

    private static ClaimsMade Claims(int n)
    {
        long[] ids = [.. Enumerable.Range(0, ClaimsPerMessage).Select(i => (long)n * ClaimsPerMessage + i)];
        return new()
        {
            Pool = 1,
            Kind = "sale",
            Kept = false,
            MadeAt = DateTimeOffset.UnixEpoch,
            Deadline = null,
            Ids = [.. ids.Select(id => id << 20)],
            People = [.. ids.Select(id => id * 0x9E37_79B9)],
            Quantities = [.. ids.Select(_ => 1)],
            Ordinals = ids,
        };
    }

    private sealed class DoNothing : IConsumer<PaymentCaptured>
    {
        public Task Consume(PaymentCaptured message, NpgsqlTransaction transaction, CancellationToken cancel) =>
            Task.CompletedTask;
    }

    private sealed class WriteClaims : IConsumer<ClaimsMade>
    {
        public Task Consume(ClaimsMade message, NpgsqlTransaction transaction, CancellationToken cancel) => transaction.Execute(
            """
            insert into bench_claims (id, person, quantity, ordinal, made_at)
            select *, $5 from unnest($1, $2, $3, $4) on conflict do nothing
            """, cancel,
            new NpgsqlParameter { Value = message.Ids }, new NpgsqlParameter { Value = message.People },
            new NpgsqlParameter { Value = message.Quantities }, new NpgsqlParameter { Value = message.Ordinals },
            new NpgsqlParameter { Value = message.MadeAt });
    }
}
