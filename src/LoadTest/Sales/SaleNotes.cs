using Doorbuster.Contracts.Claims;

namespace Doorbuster.LoadTest.Sales;

/// <summary>What a reader of the result must know besides the figures.</summary>
internal static class SaleNotes
{
    public static List<string> Of(
        SaleOptions options, LookUps lookUps, IReadOnlyDictionary<string, long?> correctness, bool hasLedger, PoolAudit? after)
    {
        List<string> notes = [];
        if (!hasLedger)
            notes.Add("The ledger was not counted, so that nothing is known of overselling beyond the orders seen. "
                + "Give --data of an installation on this machine, or --admin-token.");
        else if (after is null)
            notes.Add("The ledger could not be counted: a store stayed away, or there is no such sale.");
        else if (after.Drift is null)
            notes.Add("The gate was away at the end, so that its drift is not known.");
        if (options.LookUps < 1)
            notes.Add($"Only a sample of {options.LookUps:P0} of the orders was looked up: 'lost' is no proof.");
        notes.AddRange(lookUps.LostNames.Select(name => $"Lost: {name}"));
        if (correctness["unseen"] is > 0 and var unseen)
            notes.Add($"The ledger holds {unseen:N0} units nobody here was told of: somebody else buys too, or answers were wrong.");
        if (lookUps.ByState.Count > 0)
            notes.Add($"Orders found: {string.Join(", ", lookUps.ByState.Select(s => $"{s.Value:N0} {s.Key}"))}.");
        return notes;
    }
}
