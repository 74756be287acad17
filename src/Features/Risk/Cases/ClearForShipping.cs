using Doorbuster.Contracts.Orders;
using Doorbuster.Contracts.Risk;

namespace Doorbuster.Risk.Cases;

/// <summary>Answers for one order, from what was found or by looking now. Who is cleared is over for the rules: a message
/// that comes late cannot hold goods that have left.</summary>
internal sealed class ClearForShipping(CaseStore store, Assessor assessor, TimeProvider clock) : IOrderRisk
{
    async Task<ShippingClearance> IOrderRisk.ClearForShipping(OrderFact order, CancellationToken cancel)
    {
        await using var connection = await store.Connect(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await assessor.Assess(transaction, [order], clock.GetUtcNow(), cancel);
        var found = await CaseStore.Find(transaction, order.Id, cancel);
        if (found is not { IsHeld: true })
            await CaseStore.See(transaction, [order], paidAt: null, areOver: true, cancel);
        await transaction.CommitAsync(cancel);
        return found is { IsHeld: true }
            ? new(IsHeld: true, string.Join("; ", found.Reasons.Select(reason => reason.Name)))
            : new(IsHeld: false, null);
    }
}
