using Doorbuster.Platform;
using Doorbuster.Risk.Cases;
using Doorbuster.Risk.Rules;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.Risk;

/// <summary>Rules that let the demonstration's crowds through and show what rules do.</summary>
internal static class DemoRules
{
    private static readonly RuleDraft[] Drafts =
    [
        new("Five people, one address, one day", "shared_address", "hold", 5, 86_400, null, IsEnabled: true),
        new("Twenty orders within the hour", "speed", "mark", 20, 3_600, null, IsEnabled: true),
        new("More than 1,000 pounds", "value", "mark", 100_001, null, "GBP", IsEnabled: true),
    ];

    public static async Task Seed(IServiceProvider services, CancellationToken cancel)
    {
        var (ids, clock) = (services.GetRequiredService<Ids>(), services.GetRequiredService<TimeProvider>());
        await using var connection = await services.GetRequiredService<CaseStore>().Connect(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        foreach (var draft in Drafts)
            await RuleStore.Add(transaction, draft.Make(ids.Next(), 1, clock.GetUtcNow(), "demo"), cancel);
        await transaction.CommitAsync(cancel);
    }
}
