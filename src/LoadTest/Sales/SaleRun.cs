using Doorbuster.Contracts.Claims;
using Doorbuster.LoadTest.Http;
using Doorbuster.LoadTest.Open;
using Doorbuster.LoadTest.Report;

namespace Doorbuster.LoadTest.Sales;

/// <summary>One sale under load, from the first arrival to the proof.</summary>
internal sealed class SaleRun(
    SaleOptions options, ShopAddress server, Tokens tokens, ILedger? ledger, IReadOnlyList<Threshold> thresholds, TextWriter progress,
    bool progressRewrites, TimeProvider clock)
{
    /// <summary>One person's most units; the sale's state document says it.</summary>
    public int LimitPerPerson { get; init; } = 1;

    /// <param name="stop">Nobody arrives any more, those who are here finish, and the proof is still made.</param>
    public async Task<LoadReport> Run(CancellationToken stop, CancellationToken cancel)
    {
        var startedAt = clock.GetUtcNow();
        var before = ledger is null ? null : await ledger.Read(cancel);

        // One thread for everything that is asked and answered; the caller's is free for the ledger.
        var ran = await Task.Factory.StartNew(
            () => RunCrowd(startedAt, stop, cancel), cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        if (ledger is not null)
            await progress.WriteLineAsync("Waiting for the ledger to come to rest and counting it.");
        var after = ledger is null ? null : await ledger.ReadWhenQuiet(options.Quiet, cancel);
        return Report(startedAt, ran, before, after);
    }

    private Ran RunCrowd(DateTimeOffset startedAt, CancellationToken stop, CancellationToken cancel)
    {
        using var loop = new Loop();
        using var client = new Client(loop, server.EndPoint, options.Connections, options.Timeout);
        using var payments = new Client(loop, server.EndPoint, options.Connections, options.Timeout);
        client.Open();

        var run = $"{startedAt.ToUnixTimeMilliseconds():x}";
        var crowd = new Crowd(options, server, loop, client, payments, tokens, new GeneratorHealth(), run)
        {
            LimitPerPerson = LimitPerPerson,
        };
        var ticker = new SaleTicker(crowd, progress, progressRewrites);
        ticker.Start();
        crowd.Begin();
        using (stop.Register(crowd.CloseSoon))
            loop.Run(cancel);
        cancel.ThrowIfCancellationRequested();
        ticker.Stop();
        var seconds = crowd.SecondsServed;
        var health = crowd.Health.Report(client.Dropped + payments.Dropped);

        var lookUps = LookUp(loop, client, crowd);
        cancel.ThrowIfCancellationRequested();
        return new Ran(crowd, ticker.Rows, seconds, health, lookUps, client.Connects + payments.Connects);

        LookUps LookUp(Loop loop, Client client, Crowd crowd)
        {
            var sample = options.LookUps < 1 ? Sample(crowd.Grants) : crowd.Grants;
            if (sample.Count > 0)
                progress.WriteLine($"Looking up {sample.Count:N0} orders, each as its buyer.");
            var all = new LookUps(loop, client, crowd.Requests, tokens, sample, crowd.Paid, crowd.Tally.LookUps, options.Quiet);
            all.Start();
            if (sample.Count > 0)
                loop.Run(cancel);
            return all;
        }
    }

    private List<Grant> Sample(List<Grant> grants)
    {
        var random = new Random(options.Seed);
        return [.. grants.Where(_ => random.NextDouble() < options.LookUps)];
    }

    private LoadReport Report(DateTimeOffset startedAt, Ran ran, PoolAudit? before, PoolAudit? after)
    {
        var (tally, health) = (ran.Crowd.Tally, ran.Health);
        var correctness = SaleAudit.Judge(new SaleAudit.Facts
        {
            Grants = ran.Crowd.Grants,
            UnitsPerClaim = options.Quantity,
            LimitBroken = tally.LimitBroken,
            KeysWithTwoClaims = tally.KeysWithTwoClaims,
            Unanswered = tally.Endings[(int)Ending.Unanswered] + tally.Endings[(int)Ending.TicketLost],
            LookedUp = ran.LookUps.Found + ran.LookUps.Lost,
            LostLookUps = ran.LookUps.Lost,
            Live = ran.LookUps.Live,
            UnpaidAfterApproval = ran.LookUps.UnpaidAfterApproval,
            Before = before,
            After = after,
        });
        var outcome = Outcome(ran);
        var measured = new Measurements(
            ran.Seconds, tally.Arrived, tally.Times(), Counts(outcome, correctness, health), health.WhyInvalid);
        return new LoadReport
        {
            Scenario = "sale",
            Target = $"{server.Url} sale {options.Sale}",
            Seed = options.Seed,
            StartedAt = startedAt,
            DurationSeconds = Math.Round(ran.Seconds, 3),
            Settings = options.Describe(),
            Outcome = outcome,
            Answers = tally.Kinds.ByKind(),
            Correctness = correctness,
            Latency = [.. tally.Times().Where(t => t.Value.Count > 0).Select(t => LatencyRow.From(t.Key, t.Value))],
            Seconds = ran.Rows,
            Generator = health,
            Thresholds = measured.Check(thresholds),
            Notes = SaleNotes.Of(options, ran.LookUps, correctness, hasLedger: ledger is not null, after),
        };
    }

    private static Dictionary<string, long> Outcome(Ran ran)
    {
        var tally = ran.Crowd.Tally;
        var outcome = new Dictionary<string, long> { ["people"] = tally.Arrived };
        foreach (var (name, ending) in SaleCodes.Outcomes)
            outcome[name] = tally.Endings[(int)ending];
        outcome["replayed"] = tally.Replayed;
        outcome["queued"] = tally.Queued;
        outcome["queued_admitted"] = tally.QueuedAdmitted;
        outcome["retries"] = tally.Retries;
        outcome["away"] = tally.AwayCount;
        outcome["errors"] = tally.Errors;
        outcome["limit_tests"] = tally.LimitTests;
        outcome["limit_tests_refused"] = tally.LimitTestsRefused;
        outcome["paid"] = ran.Crowd.Paid.Count;
        outcome["payments_refused"] = tally.PaymentsRefused;
        outcome["payments_unanswered"] = tally.PaymentsUnanswered;
        outcome["connects"] = ran.Connects;
        return outcome;
    }

    private static Dictionary<string, long?> Counts(
        Dictionary<string, long> outcome, Dictionary<string, long?> correctness, GeneratorReport health)
    {
        var counts = outcome.ToDictionary(o => o.Key, o => (long?)o.Value);
        foreach (var (name, value) in correctness)
            counts[name] = value;
        counts["dropped"] = health.DroppedRequests;
        counts["late"] = health.LateArrivals;
        return counts;
    }

    private sealed record Ran(
        Crowd Crowd, IReadOnlyList<SecondRow> Rows, double Seconds, GeneratorReport Health, LookUps LookUps, long Connects);
}
