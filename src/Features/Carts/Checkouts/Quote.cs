using Doorbuster.Contracts.Orders;

namespace Doorbuster.Carts;

/// <summary>What everything costs, at snapshots of the prices. Lines and adjustments add up to the total.</summary>
internal sealed record Quote
{
    public required string Currency { get; init; }
    public required IReadOnlyList<QuoteLine> Lines { get; init; }
    public required IReadOnlyList<Adjustment> Adjustments { get; init; }
    public required IReadOnlyList<TaxShare> Taxes { get; init; }
    public required long TotalMinor { get; init; }

    /// <summary>Points that are spent.</summary>
    public long Points { get; init; }
    public long WalletMinor { get; init; }

    /// <summary>Whether the buyer would pay the same for the same; words do not matter.</summary>
    public bool CostsTheSameAs(Quote other) =>
        Currency == other.Currency && TotalMinor == other.TotalMinor && Points == other.Points
        && WalletMinor == other.WalletMinor
        && Lines.SequenceEqual(other.Lines, (a, b) =>
            (a.Sku, a.Quantity, a.PriceMinor, a.ListPriceMinor) == (b.Sku, b.Quantity, b.PriceMinor, b.ListPriceMinor))
        && Adjustments.SequenceEqual(other.Adjustments, (a, b) =>
            (a.Kind, a.AmountMinor, a.Reference) == (b.Kind, b.AmountMinor, b.Reference));
}

/// <param name="ListPriceMinor">Of one unit without a promotion; the order's line has it, the promotion is an adjustment.</param>
/// <param name="PriceMinor">Of one unit today.</param>
internal sealed record QuoteLine(
    string Sku, string Title, int Quantity, long ListPriceMinor, long PriceMinor, long StockPool, long ProductId,
    long CategoryId, string TaxClass);

/// <param name="AmountMinor">Of the tax, whether it is added or contained in the prices.</param>
/// <param name="BaseMinor">What it is a share of.</param>
internal sealed record TaxShare(
    string Title, int RateBasisPoints, bool IsIncluded, long BaseMinor, long AmountMinor);

file static class Sequences
{
    extension<T>(IReadOnlyList<T> a)
    {
        public bool SequenceEqual(IReadOnlyList<T> b, Func<T, T, bool> isSame)
        {
            if (a.Count != b.Count)
                return false;
            for (var i = 0; i < a.Count; i++)
                if (!isSame(a[i], b[i]))
                    return false;
            return true;
        }
    }
}
