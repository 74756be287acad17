using System.Diagnostics;
using System.Text;
using System.Text.Json.Serialization;
using Doorbuster.Benchmarks.Sales;
using Doorbuster.LoadTest.Http;
using Doorbuster.LoadTest.Open;
using Doorbuster.LoadTest.Report;
using static Doorbuster.Benchmarks.ShopBench;

namespace Doorbuster.Benchmarks.Checkouts;

/// <summary>
/// <c>bin/bench checkout [--quick] [--json] [--profile]</c>: whole purchases of guests, six requests each, with generator and
/// stores on this machine. First as fast as they go, then at half that rate in the open model, then 800 attempts by 64 buyers
/// at once on 200 units. With <c>--profile</c> only the first, and which statements it took.
/// </summary>
internal static class CheckoutBenchCommand
{
    private const int AtOnce = 256;
    private const int ScarceAtOnce = 64;
    private const int Skus = 100;
    private const int ScarceUnits = 200;
    private const int ScarceAttempts = 800;
    private const double GoalPerSecond = 1_900;
    private const double GoalP99Ms = 100;

    private static readonly string[] StepNames = ["guest", "cart", "checkout", "order", "pay", "approve"];
    private static readonly TimeSpan DrainMax = TimeSpan.FromSeconds(120);

    public static async Task<int> Run(string[] arguments)
    {
        if (arguments.Except(["--quick", "--json", "--profile"]).FirstOrDefault() is { } unknown)
        {
            await Console.Error.WriteLineAsync($"There is no option {unknown}.\nbin/bench checkout [--quick] [--json] [--profile]");
            return 2;
        }
        var seconds = arguments.Contains("--quick") ? 3 : 20;
        return await ShopBench.Run(async (folder, cancel) =>
        {
            if (arguments.Contains("--profile"))
            {
                await Profile(folder, Math.Min(8, seconds * 2), cancel);
                return 0;
            }
            var result = await Measure(folder, seconds, cancel);
            Print(result, arguments.Contains("--json"), CheckoutBenchJson.Default.CheckoutBenchResult, Lines(result));
            return 0;
        });
    }

    private static async Task<CheckoutBenchResult> Measure(string folder, double seconds, CancellationToken cancel)
    {
        Note("starting a private shop");
        await using var shop = await Installation.Start(
            ShopBench.Program, folder, cancel, ("Accounts:GuestsPerMinute", "100000000"));
        await Stock(shop, folder, cancel);
        string[] skus = [.. Enumerable.Range(0, Skus).Select(i => $"BENCH-{i}")];
        var run = $"{Stopwatch.GetTimestamp():x}";

        Note("warming up");
        // So long, or most of the path still runs as the compiler's first, unoptimized version while it is measured.
        await Shop(shop, $"{run}w", skus, shopping => shopping.StartClosed(AtOnce, seconds * 1.5));
        await Drain(shop, cancel);

        Note($"closed: {AtOnce} buyers for {seconds:0} s");
        var statements = await Statements(shop, cancel);
        var closed = await Shop(shop, $"{run}c", skus, shopping => shopping.StartClosed(AtOnce, seconds));
        statements = await Statements(shop, cancel) - statements;
        var drained = await Drain(shop, cancel);
        foreach (var note in closed.Notes)
            Note($"  {note}");

        var half = closed.PerSecond / 2;
        Note($"open model: {half:N0} purchases/s for {seconds:0} s, times from the intended start");
        var open = await Shop(shop, $"{run}o", skus, shopping => shopping.StartOpen(half, seconds));
        var openDrained = await Drain(shop, cancel);
        foreach (var note in open.Notes)
            Note($"  {note}");

        Note($"contended: {ScarceAttempts} attempts by {ScarceAtOnce} buyers at once on {ScarceUnits} units");
        var scarce = await Shop(shop, $"{run}s", ["SCARCE"], shopping => shopping.StartClosed(ScarceAtOnce, 1e6, ScarceAttempts));
        await Drain(shop, cancel);
        foreach (var note in scarce.Notes)
            Note($"  {note}");
        const string scarceOrders = "from orders.orders where lines @> '[{\"sku\":\"SCARCE\"}]'";
        return new CheckoutBenchResult
        {
            Closed = closed,
            StatementsPerPurchase = Math.Round(statements / (double)Math.Max(1, closed.Bought), 1),
            SettledAfterSeconds = drained,
            Open = open,
            OpenSettledAfterSeconds = openDrained,
            Contended = scarce,
            ContendedSold = await shop.Count($"select count(*) {scarceOrders} and state = 1", cancel),
            Orders = await shop.Count("select count(*) from orders.orders", cancel),
            Paid = await shop.Count("select count(*) from orders.orders where state = 1", cancel),
            Dead = await shop.Count("select count(*) from messaging.dead_letters", cancel),
        };
    }

    // What PostgreSQL counts of each statement needs a library that is loaded at its start, so the shop is started twice.
    private static async Task Profile(string folder, double seconds, CancellationToken cancel)
    {
        await using (var first = await Installation.Start(ShopBench.Program, folder, cancel))
        {
            await using var load = first.Database.CreateCommand(
                "alter system set shared_preload_libraries = 'pg_stat_statements'");
            await load.ExecuteNonQueryAsync(cancel);
        }
        await using var shop = await Installation.Start(
            ShopBench.Program, folder, cancel, ("Accounts:GuestsPerMinute", "100000000"));
        await using (var make = shop.Database.CreateCommand("create extension pg_stat_statements"))
            await make.ExecuteNonQueryAsync(cancel);
        await Stock(shop, folder, cancel);
        string[] skus = [.. Enumerable.Range(0, Skus).Select(i => $"BENCH-{i}")];
        var run = $"{Stopwatch.GetTimestamp():x}";
        await Shop(shop, $"{run}w", skus, shopping => shopping.StartClosed(AtOnce, seconds * 4));
        await Drain(shop, cancel);
        await shop.Count("select 1::bigint from pg_stat_statements_reset()", cancel);
        var commits = await Statements(shop, cancel);
        Note($"the program is process {shop.ProgramId}, its folder {folder}");
        var bought = await Shop(shop, $"{run}c", skus, shopping => shopping.StartClosed(AtOnce, seconds));
        var drained = await Drain(shop, cancel);
        commits = await Statements(shop, cancel) - commits;
        Console.WriteLine($"{bought.PerSecond:N0}/s, {bought.Bought:N0} bought, settled after {drained:0.0} s, "
            + $"{commits / (double)Math.Max(1, bought.Bought):0.0} transactions a purchase");
        Console.WriteLine(Steps(bought));
        Console.WriteLine($"CPU of one: {Cpu(bought.Cpu)}");
        Console.WriteLine("us/purchase   calls/p    rows/p  us/call  blocks/p   WAL B/p  statement");
        await using var list = shop.Database.CreateCommand(
            """
            select (total_exec_time + total_plan_time) * 1000 / $1, calls::float8 / $1, rows::float8 / $1,
              (total_exec_time + total_plan_time) * 1000 / calls, shared_blks_hit::float8 / $1, wal_bytes::float8 / $1,
              regexp_replace(query, '\s+', ' ', 'g')
            from pg_stat_statements order by 1 desc limit 60
            """);
        list.Parameters.Add(new() { Value = (double)Math.Max(1, bought.Bought) });
        await using var row = await list.ExecuteReaderAsync(cancel);
        while (await row.ReadAsync(cancel))
        {
            var text = row.GetString(6);
            Console.WriteLine(string.Create(null, $"{row.GetDouble(0),11:0.0}{row.GetDouble(1),10:0.00}{row.GetDouble(2),10:0.00}"
                + $"{row.GetDouble(3),9:0}{row.GetDouble(4),10:0.0}{row.GetDouble(5),10:0}  {(text.Length > 110 ? text[..110] : text)}"));
        }
    }

    private static async Task Stock(Installation shop, string folder, CancellationToken cancel)
    {
        var catalog = new StringBuilder("sku,title,price,stock\n").Append($"SCARCE,A rare mug,12.99,{ScarceUnits}\n");
        for (var i = 0; i < Skus; i++)
            catalog.Append(null, $"BENCH-{i},Benchmark mug,12.99,10000000\n");
        await File.WriteAllTextAsync(Path.Combine(folder, "bench.csv"), catalog.ToString(), cancel);
        await shop.Run(cancel, "catalog", "import", Path.Combine(folder, "bench.csv"));
        await File.WriteAllTextAsync(
            Path.Combine(folder, "shipping.csv"),
            "method,country,currency,title,price_minor,free_from_minor\nstandard,ZZ,GBP,Standard,395,5000\n", cancel);
        await shop.Run(cancel, "shipping", "import", Path.Combine(folder, "shipping.csv"));
    }

    private static async Task<Purchases> Shop(Installation shop, string name, string[] skus, Action<Shopping> start)
    {
        var address = await ShopAddress.Resolve(shop.Url, CancellationToken.None);
        var meter = new Meter(AtOnce, () => (shop.ProgramId, shop.PostgresId, [shop.GateId, shop.CacheId]));
        return await Meter.OnThread(() =>
        {
            using var loop = new Loop();
            using var client = new Client(loop, address.EndPoint, 512, TimeSpan.FromSeconds(30));
            client.Open();
            var shopping = new Shopping(loop, client, new Requests(address), name, skus);
            var elapsed = meter.WithCpu(() =>
            {
                var started = loop.Now;
                start(shopping);
                loop.Run(CancellationToken.None);
                return (loop.Now - started) / 1e9;
            }, out var cpu);
            var bought = shopping.Ends[(int)PurchaseEnd.Bought];
            return new Purchases(
                Math.Round(bought / elapsed, 1), bought, shopping.Ends[(int)PurchaseEnd.OutOfStock],
                shopping.Ends[(int)PurchaseEnd.Failed], LatencyRow.From("purchase", shopping.Times) with { Buckets = [] },
                [.. shopping.Steps.Select((times, i) => LatencyRow.From(StepNames[i], times) with { Buckets = [] })],
                shopping.Health.Report(client.Dropped), cpu, [.. shopping.Notes]);
        });
    }

    /// <summary>Seconds until every payment's message has been handled.</summary>
    private static async Task<double> Drain(Installation shop, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < DrainMax && await shop.Count(
            "select (exists (select from messaging.outbox) or exists (select from orders.orders where state = 0))::int::bigint",
            cancel) > 0)
            await Task.Delay(100, cancel);
        return Math.Round(Stopwatch.GetElapsedTime(started).TotalSeconds, 2);
    }

    // Transactions: of a database without others' work they are what our statements cost.
    private static Task<long> Statements(Installation shop, CancellationToken cancel) => shop.Count(
        "select xact_commit from pg_stat_database where datname = current_database()", cancel);

    private static IEnumerable<string> Lines(CheckoutBenchResult result)
    {
        var (closed, open) = (result.Closed, result.Open);
        yield return "";
        yield return Line("guest purchases", $"{closed.PerSecond:N0}/s", ">= 1,900/s", closed.PerSecond >= GoalPerSecond);
        yield return Line(
            $"  p99 at {open.PerSecond:N0}/s, open model", $"{open.Times.P99:0.0} ms", "<= 100 ms", open.Times.P99 <= GoalP99Ms);
        yield return Line(
            "200 units, 800 attempts: sold", $"{result.ContendedSold:N0}", "exactly 200", result.ContendedSold == ScarceUnits);
        yield return "";
        yield return $"closed       {closed.Bought:N0} bought, {closed.Failed:N0} failed; {result.StatementsPerPurchase} transactions a purchase;"
            + $" all paid {result.SettledAfterSeconds:0.0} s after the last";
        yield return $"             {Steps(closed)}";
        yield return $"             CPU of one: {Cpu(closed.Cpu)}";
        yield return $"open         p50 {open.Times.P50:0.0}  p90 {open.Times.P90:0.0}  p99 {open.Times.P99:0.0}  max {open.Times.Max:0.0} ms;"
            + $" all paid {result.OpenSettledAfterSeconds:0.0} s after the last; "
            + (open.Generator.IsValid ? "generator kept up" : open.Generator.WhyInvalid);
        yield return $"             {Steps(open)}";
        yield return $"             CPU of one: {Cpu(open.Cpu)}";
        yield return $"contended    {result.Contended.Bought:N0} bought, {result.Contended.OutOfStock:N0} told that it is sold out, "
            + $"{result.Contended.Failed:N0} failed";
        yield return $"{result.Orders:N0} orders, {result.Paid:N0} paid, {result.Dead:N0} dead letters; {Environment.ProcessorCount} processors shared by all";
    }

    private static string Steps(Purchases purchases) => "p50/p99 ms: " + string.Join(
        "  ", purchases.Steps.Select(step => $"{step.Name} {step.P50:0.0}/{step.P99:0.0}"));

    private static string Line(string what, string value, string goal, bool reached) =>
        $"{(reached ? "✓" : "✗")} {what,-32}{value,12}   {goal}";

    private static string Cpu(CpuShares cpu) =>
        $"generator {cpu.Generator:0.00}, server {cpu.Server:0.00}, PostgreSQL {cpu.Postgres:0.00}, Redis {cpu.Redis:0.00}";
}

/// <param name="Times">Of whole purchases, six requests one after the other.</param>
/// <param name="Steps">Of each request.</param>
public sealed record Purchases(
    double PerSecond, long Bought, long OutOfStock, long Failed, LatencyRow Times, IReadOnlyList<LatencyRow> Steps,
    GeneratorReport Generator, CpuShares Cpu, IReadOnlyList<string> Notes);

public sealed record CheckoutBenchResult
{
    public required Purchases Closed { get; init; }

    /// <summary>Committed in PostgreSQL, everything that follows a purchase included.</summary>
    public required double StatementsPerPurchase { get; init; }

    /// <summary>From the last purchase until every order was paid and no message waited.</summary>
    public required double SettledAfterSeconds { get; init; }
    public required Purchases Open { get; init; }
    public required double OpenSettledAfterSeconds { get; init; }
    public required Purchases Contended { get; init; }
    public required long ContendedSold { get; init; }
    public required long Orders { get; init; }
    public required long Paid { get; init; }
    public required long Dead { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(CheckoutBenchResult))]
internal sealed partial class CheckoutBenchJson : JsonSerializerContext;
