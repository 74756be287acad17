using System.Globalization;
using Doorbuster.Contracts.Orders;
using Doorbuster.Platform;

namespace Doorbuster.Orders;

/// <summary>What somebody wants to order, priced.</summary>
internal sealed record Purchase
{
    public const int LinesMax = 100;

    public required long Person { get; init; }

    /// <summary>Names the attempt; its claims are made under keys derived from it.</summary>
    public required string Key { get; init; }

    /// <summary>The buyer's idempotency key, where the buyer placed it himself.</summary>
    public string? RequestKey { get; init; }
    public long? Checkout { get; init; }
    public required IReadOnlyList<DraftLine> Lines { get; init; }
    public IReadOnlyList<Adjustment> Adjustments { get; init; } = [];
    public required Money Total { get; init; }
    public PostalAddress? ShipTo { get; init; }
    public string? Email { get; init; }

    /// <summary>What a buyer ordered himself, at today's prices.</summary>
    public static Purchase Of(long person, string key, string currency, IReadOnlyList<DraftLine> lines) => new()
    {
        Person = person,
        Key = key,
        RequestKey = key,
        Lines = lines,
        Total = Sum(lines, [], currency),
    };

    /// <exception cref="ArgumentException">The draft contradicts itself.</exception>
    public static Purchase Of(OrderDraft draft)
    {
        if (draft.Lines.Length is 0 or > LinesMax)
            throw new ArgumentException($"A draft has 1 to {LinesMax} lines, not {draft.Lines.Length}.");
        if (draft.Lines.Any(line => line.Quantity < 1 || line.PriceMinor < 0))
            throw new ArgumentException("A line of the draft has no quantity or a price below zero.");
        if (draft.Lines.DistinctBy(line => line.StockPool).Count() < draft.Lines.Length)
            throw new ArgumentException("Two lines of the draft are of the same stock.");
        var total = Sum(draft.Lines, draft.Adjustments, draft.Currency);
        if (total.Minor != draft.TotalMinor || total.Minor < 0)
            throw new ArgumentException(
                $"The draft's total is {draft.TotalMinor}, its lines and adjustments add up to {total.Minor}.");
        return new Purchase
        {
            Person = draft.Person,
            // No key that a buyer can send has a line break.
            Key = string.Create(CultureInfo.InvariantCulture, $"\ncheckout\n{draft.Checkout}"),
            Checkout = draft.Checkout,
            Lines = draft.Lines,
            Adjustments = draft.Adjustments,
            Total = total,
            ShipTo = draft.ShipTo,
            Email = draft.Email,
        };
    }

    public bool IsOf(Order order) => order.Total == Total && order.ShipTo == ShipTo
        && order.Adjustments.SequenceEqual(Adjustments)
        && order.Lines.Count == Lines.Count
        && Lines.All(line => order.Lines.Any(held => held.Pool == line.StockPool && held.Sku == line.Sku
            && held.Quantity == line.Quantity && held.PriceMinor == line.PriceMinor));

    private static Money Sum(
        IEnumerable<DraftLine> lines, IEnumerable<Adjustment> adjustments, string currency) => adjustments.Aggregate(
        lines.Aggregate(
            new Money(0, currency), (sum, line) => sum + new Money(line.PriceMinor, currency) * line.Quantity),
        (sum, adjustment) => sum + new Money(adjustment.AmountMinor, currency));
}

internal abstract record Placing
{
    private Placing() { }

    public sealed record Done(Order Order) : Placing;

    public sealed record OutOfStock(string Sku) : Placing;

    public sealed record NotForSale(string Sku) : Placing;

    public sealed record KeyReused : Placing;

    public sealed record KeySpent : Placing;

    /// <summary>What is claimed so far stays claimed: the same request under the same key goes on from there.</summary>
    public sealed record Unsettled : Placing;
}
