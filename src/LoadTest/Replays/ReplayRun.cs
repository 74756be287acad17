using Doorbuster.LoadTest.Http;
using Doorbuster.LoadTest.Open;
using Doorbuster.LoadTest.Report;

namespace Doorbuster.LoadTest.Replays;

/// <summary>One replay, from the first invoice to the comparison with the file.</summary>
internal sealed class ReplayRun(
    Invoices invoices, Plan plan, ReplayOptions options, ShopAddress server, Tokens tokens, IStockLedger? ledger,
    IReadOnlyList<Threshold> thresholds, TextWriter progress, bool progressRewrites, TimeProvider clock)
{
    public static readonly string[] Times = [ReplayTally.Order, ReplayTally.Other, ReplayTally.Away];
    public static readonly string[] Counts =
    [
        "orders", "accepted", "rejected", "unanswered", "cancelled", "cancellations_refused", "cancellations_skipped", "away", "dropped",
        "late", "lost", "wrong", "unclean_pools",
    ];

    public async Task<LoadReport> Run(CancellationToken stop, CancellationToken cancel)
    {
        var startedAt = clock.GetUtcNow();
        var ran = await Task.Factory.StartNew(
            () => RunPlan(startedAt, stop, cancel), cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var skus = ran.Replay.Purchases.Where(p => p.Fate == Fate.Accepted).SelectMany(p => p.Planned.Lines).Select(l => l.Sku).Distinct();
        var unclean = ledger is null ? null : await ledger.UncleanPools([.. skus], options.Quiet, cancel) as long?;
        return Report(startedAt, ran, unclean);
    }

    private Ran RunPlan(DateTimeOffset startedAt, CancellationToken stop, CancellationToken cancel)
    {
        using var loop = new Loop();
        using var client = new Client(loop, server.EndPoint, options.Connections, options.Timeout);
        client.Open();
        var replay = new Replay(
            plan, options.Speed, server, loop, client, tokens, new GeneratorHealth(), options.Seed, options.Patience,
            $"{startedAt.ToUnixTimeMilliseconds():x}");
        var ticker = new ReplayTicker(replay, progress, progressRewrites);
        ticker.Start();
        replay.Begin();
        using (stop.Register(replay.StopSoon))
            loop.Run(cancel);
        ticker.Stop();
        var (seconds, health) = (replay.SecondsServed, replay.Health.Report(client.Dropped));

        replay.LookUpAll(options.Quiet);
        loop.Run(cancel);
        cancel.ThrowIfCancellationRequested();
        return new Ran(replay, ticker.Rows, seconds, health);
    }

    private LoadReport Report(DateTimeOffset startedAt, Ran ran, long? unclean)
    {
        var (tally, purchases) = (ran.Replay.Tally, ran.Replay.Purchases);
        var outcome = Outcome(ran.Replay);
        var correctness = Correctness(purchases, unclean);
        var counts = outcome.Concat(correctness.Where(c => c.Value is not null).Select(c => KeyValuePair.Create(c.Key, c.Value!.Value)))
            .ToDictionary(c => c.Key, c => (long?)c.Value);
        (counts["dropped"], counts["late"]) = (ran.Health.DroppedRequests, ran.Health.LateArrivals);
        var measured = new Measurements(ran.Seconds, tally.Placed, tally.Times(), counts, ran.Health.WhyInvalid);
        return new LoadReport
        {
            Scenario = "replay",
            Target = $"{server.Url} {options.File}",
            Seed = options.Seed,
            StartedAt = startedAt,
            DurationSeconds = Math.Round(ran.Seconds, 3),
            Settings = options.Describe(),
            Outcome = outcome,
            Answers = tally.Kinds.ByKind(),
            Correctness = correctness,
            Latency = [.. tally.Times().Where(t => t.Value.Count > 0).Select(t => LatencyRow.From(t.Key, t.Value))],
            Seconds = ran.Rows,
            Generator = ran.Health,
            Thresholds = measured.Check(thresholds),
            Notes = Notes(unclean),
        };
    }

    private Dictionary<string, long> Outcome(Replay replay)
    {
        var outcome = new Dictionary<string, long>
        {
            ["orders"] = replay.Tally.Placed,
            ["accepted"] = replay.Tally.Accepted,
            ["rejected"] = replay.Purchases.Count(p => p.Fate == Fate.Rejected),
            ["unanswered"] = replay.Purchases.Count(p => p.Fate == Fate.Unanswered),
            ["cancelled"] = replay.CancellationsDone,
            ["cancellations_refused"] = replay.CancellationsRefused,
            ["cancellations_skipped"] = plan.SkippedCancellations.Values.Sum(),
            ["away"] = replay.Tally.AwayCount,
        };
        foreach (var reason in replay.Purchases.Where(p => p.Fate == Fate.Rejected).GroupBy(p => p.Reason).OrderByDescending(g => g.Count()))
            outcome[$"rejected: {reason.Key}"] = reason.Count();
        foreach (var (reason, count) in plan.SkippedCancellations)
            outcome[$"skipped: {reason}"] = count;
        return outcome;
    }

    private static Dictionary<string, long?> Correctness(Purchase[] purchases, long? unclean)
    {
        var accepted = purchases.Where(p => p.Fate == Fate.Accepted).ToList();
        var (shop, file) = (accepted.Sum(p => p.TotalMinor), accepted.Sum(p => p.Planned.ValueMinor));
        return new Dictionary<string, long?>
        {
            ["lost"] = accepted.Count(p => p.IsLost),
            ["wrong"] = accepted.Count(p => p.IsWrong),
            ["unclean_pools"] = unclean,
            ["revenue_of_the_shop_minor"] = shop,
            ["revenue_of_the_file_minor"] = file,
            ["revenue_difference_minor"] = shop - file,
            ["file_value_not_sold_minor"] = purchases.Where(p => p.Fate is Fate.Rejected or Fate.Unanswered).Sum(p => p.Planned.ValueMinor),
            ["units_sold"] = accepted.Sum(p => p.Planned.Lines.Sum(l => (long)l.Quantity)),
        };
    }

    private List<string> Notes(long? unclean)
    {
        List<string> notes =
        [
            $"The file: {invoices.LineCount:N0} lines, {invoices.All.Count:N0} invoices of goods over {plan.Length.TotalHours:0.0} hours; "
                + $"lines left out: {string.Join(", ", invoices.Skipped.Select(s => $"{s.Value:N0} {s.Key}"))}.",
            $"Invoices of more than {Plan.LinesMax} codes, or more than {Plan.QuantityMax:N0} of one, were placed as several orders: "
                + $"{plan.Orders.Count:N0} orders of {plan.PeopleCount:N0} people.",
            "The shop sells at its catalog's price, the median of the file's; the file's invoices have the price of the day and the customer. "
                + "That is the difference in revenue; 'wrong' counts orders whose total is not the sum of their lines.",
        ];
        if (unclean is null)
            notes.Add("The stock was not counted: give --data of an installation on this machine.");
        return notes;
    }

    private sealed record Ran(Replay Replay, IReadOnlyList<SecondRow> Rows, double Seconds, GeneratorReport Health);
}
