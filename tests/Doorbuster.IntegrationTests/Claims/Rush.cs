using System.Collections.Concurrent;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.IntegrationTests.Claims;

/// <summary>
/// Many people at once on one pool, spread over several processes' engines: some click twice with one key, some try again with
/// a new one; whoever hears "away" or "queued" retries the same key until the answer is clear.
/// </summary>
internal sealed class Rush(IReadOnlyList<IClaims> engines, int seed)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly ConcurrentDictionary<string, ClaimView> _promised = new();
    private readonly ConcurrentDictionary<ClaimOutcome, int> _outcomes = new();
    private int _asked;

    public int Asked => Volatile.Read(ref _asked);

    public IReadOnlyDictionary<ClaimOutcome, int> Outcomes => _outcomes;

    public ICollection<ClaimView> Promised => _promised.Values;

    public static PoolDefinition Pool(IServiceProvider process, long? total, int? limit = 1, TimeSpan? hold = null) => new()
    {
        Id = process.GetRequiredService<Ids>().Next(),
        Kind = "sale",
        Total = total,
        LimitPerPerson = limit,
        Hold = hold ?? TimeSpan.FromMinutes(15),
    };

    /// <param name="meanwhile">Called once, when half of the requests have been sent.</param>
    public async Task Run(long pool, int requests, int people, int writers, Func<Task>? meanwhile = null)
    {
        var random = new Random(seed);
        var plan = Enumerable.Range(0, requests)
            .Select(i => i < people ? (Person: i, Key: 0) : (Person: random.Next(people), Key: random.Next(2)))
            .OrderBy(_ => random.Next())
            .ToArray();

        var disturbance = Task.CompletedTask;
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, writers * 64).Select(writer => Task.Run(async () =>
        {
            for (int i; (i = Interlocked.Increment(ref next)) < plan.Length;)
            {
                if (i == requests / 2 && meanwhile is not null)
                    disturbance = Task.Run(meanwhile);
                await Ask(engines[writer % engines.Count], pool, 1_000 + plan[i].Person, $"intent-{plan[i].Person}-{plan[i].Key}");
            }
        })));
        await disturbance;
    }

    private async Task Ask(IClaims engine, long pool, long person, string key)
    {
        var until = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        ClaimResult result;
        do
        {
            Interlocked.Increment(ref _asked);
            result = await engine.Claim(new ClaimRequest(pool, person, 1, key, TimeSpan.FromSeconds(2)), CancellationToken.None);
            if (result.Outcome is not (ClaimOutcome.Away or ClaimOutcome.Queued))
                break;
            await Task.Delay(50);    // as Retry-After would have it
        }
        while (Environment.TickCount64 < until);

        _outcomes.AddOrUpdate(result.Outcome, 1, (_, count) => count + 1);
        if (result.Outcome is not (ClaimOutcome.Claimed or ClaimOutcome.Replayed))
            return;

        // One key, one effect, the same answer, whichever process says it.
        var first = _promised.GetOrAdd($"{person}/{key}", result.Claim!);
        Assert.Equal((first.Id, first.Ordinal, first.Person), (result.Claim!.Id, result.Claim.Ordinal, person));
    }
}
