using Doorbuster.Contracts.Claims;

namespace Doorbuster.FlashSales;

/// <summary>What somebody wants otherwise; what is null stays.</summary>
internal sealed record SaleChange
{
    public PoolState? State { get; init; }
    public long? Units { get; init; }
    public long? AddUnits { get; init; }
    public DateTimeOffset? OpensAt { get; init; }
    public DateTimeOffset? ClosesAt { get; init; }

    /// <summary>It ends when somebody closes it, whatever was said before.</summary>
    public bool IsWithoutEnd { get; init; }

    public FlashSale ApplyTo(FlashSale sale) => sale with
    {
        State = State ?? sale.State,
        Units = (Units ?? sale.Units) + (AddUnits ?? 0),
        OpensAt = OpensAt ?? sale.OpensAt,
        ClosesAt = EndOf(sale),
    };

    /// <summary>What is wrong, by field; empty when the sale may become so.</summary>
    public Dictionary<string, string[]> Check(FlashSale sale, DateTimeOffset now)
    {
        var wrong = new Dictionary<string, string[]>();
        if (Units is < 1 or > SaleDraft.UnitsMax || AddUnits is < 1 or > SaleDraft.UnitsMax
            || sale.Units + AddUnits > SaleDraft.UnitsMax)
            wrong["units"] = [$"Offer 1 to {SaleDraft.UnitsMax} units."];
        if (OpensAt is not null || ClosesAt is not null)
            foreach (var (field, what) in SaleDraft.CheckTimes(OpensAt ?? sale.OpensAt, EndOf(sale), now))
                wrong[field] = [what];
        return wrong;
    }

    private DateTimeOffset? EndOf(FlashSale sale) => IsWithoutEnd ? null : ClosesAt ?? sale.ClosesAt;
}
