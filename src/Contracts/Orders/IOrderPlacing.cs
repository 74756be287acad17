namespace Doorbuster.Contracts.Orders;

/// <summary>Makes an order of a checkout: the stock of every line is held, or of none.</summary>
public interface IOrderPlacing
{
    /// <summary>The same draft under the same <see cref="OrderDraft.Checkout"/> again finds the same order, whatever failed
    /// meanwhile.</summary>
    Task<PlacingResult> Place(OrderDraft draft, CancellationToken cancel);
}

/// <summary>What is bought, priced by the checkout: lines and adjustments add up to the total.</summary>
public sealed record OrderDraft
{
    /// <summary>The checkout's id; also the key of the attempt.</summary>
    public required long Checkout { get; init; }
    public required long Person { get; init; }
    public required string Currency { get; init; }
    public required DraftLine[] Lines { get; init; }
    public required Adjustment[] Adjustments { get; init; }
    public required long TotalMinor { get; init; }

    /// <summary>Where it goes; null for what is not shipped.</summary>
    public PostalAddress? ShipTo { get; init; }

    /// <summary>Where a guest is written to.</summary>
    public string? Email { get; init; }
}

/// <param name="PriceMinor">Price of one unit as quoted.</param>
/// <param name="StockPool">The pool its units are claimed from.</param>
public sealed record DraftLine(string Sku, string Title, int Quantity, long PriceMinor, long StockPool);

/// <param name="Kind"><c>promotion</c>, <c>coupon</c>, <c>points</c>, <c>wallet</c>, <c>shipping</c> or <c>tax</c>. Tax that is
/// included in the prices has amount 0 here and its share in the title.</param>
/// <param name="AmountMinor">Signed: what it adds to the total.</param>
/// <param name="Reference">What it came from, e.g. the coupon's public id; null for none.</param>
public sealed record Adjustment(string Kind, string Title, long AmountMinor, string? Reference = null);

/// <param name="Country">ISO 3166-1 alpha-2.</param>
public sealed record PostalAddress(
    string Name, string Line1, string? Line2, string City, string? Region, string PostalCode, string Country);

public enum PlacingOutcome { Placed, OutOfStock, NotForSale, KeyReused, KeySpent, Unsettled }

/// <param name="Order">The order; 0 when none was placed.</param>
/// <param name="Sku">The line that was refused.</param>
public sealed record PlacingResult(PlacingOutcome Outcome, long Order = 0, string? Sku = null);
