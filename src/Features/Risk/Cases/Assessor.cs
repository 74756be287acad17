using Doorbuster.Contracts.Orders;
using Doorbuster.Risk.Rules;
using Npgsql;

namespace Doorbuster.Risk.Cases;

/// <summary>Looks at orders by all rules, one transaction after the other.</summary>
internal sealed class Assessor(RiskCounts counts, TimeProvider clock)
{
    public async Task Assess(
        NpgsqlTransaction transaction, IReadOnlyList<OrderFact> orders, DateTimeOffset? paidAt,
        CancellationToken cancel)
    {
        await CaseStore.TakeTurn(transaction, cancel);
        var over = await CaseStore.See(transaction, orders, paidAt, areOver: false, cancel);
        var open = orders.Where(order => !over.Contains(order.Id)).ToList();
        if (open.Count == 0)
            return;

        var found = new Dictionary<long, List<Reason>>();
        foreach (var rule in await RuleStore.ListEnabled(transaction, cancel))
            foreach (var (order, value) in await CaseStore.Count(transaction, rule, open, cancel))
            {
                if (!found.TryGetValue(order, out var reasons))
                    found[order] = reasons = [];
                reasons.Add(new Reason(
                    rule.Id, rule.Name, Rule.NameOf(rule.Kind), Rule.NameOf(rule.Outcome), value, rule.Threshold));
            }

        var now = clock.GetUtcNow();
        foreach (var order in open.OrderBy(order => order.Id))
            if (found.TryGetValue(order.Id, out var reasons) && Case.Judge(order, reasons, now) is { } judged
                && await CaseStore.File(transaction, judged, cancel) == 1)
                counts.Entered(judged.State);
    }

    /// <summary>Nothing of these orders can be held any more.</summary>
    public async Task Close(
        NpgsqlTransaction transaction, IReadOnlyList<OrderFact> orders, CancellationToken cancel)
    {
        await CaseStore.TakeTurn(transaction, cancel);
        await CaseStore.See(transaction, orders, paidAt: null, areOver: true, cancel);
        await CaseStore.Close(
            transaction, [.. orders.Select(order => order.Id).Order()], clock.GetUtcNow(), cancel);
    }
}
