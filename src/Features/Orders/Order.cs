using Doorbuster.Contracts.Catalog;
using Doorbuster.Contracts.Claims;
using Doorbuster.Contracts.Orders;
using Doorbuster.Platform;

namespace Doorbuster.Orders;

/// <summary>What a person bought in one go: lines, each a claim on a pool, and a state.</summary>
internal sealed record Order
{
    public const string SaleKind = "sale";
    public const string StockKind = "stock";

    public required long Id { get; init; }
    public required long Person { get; init; }
    public required string Kind { get; init; }
    public required OrderState State { get; init; }

    /// <summary>
    /// Grows with every step; 0 while the order is read from its claim because it is not written yet.
    /// </summary>
    public required int Version { get; init; }
    public required Money Total { get; init; }
    public required IReadOnlyList<OrderLine> Lines { get; init; }
    public required DateTimeOffset PlacedAt { get; init; }
    public required DateTimeOffset? PayBy { get; init; }
    public required DateTimeOffset ChangedAt { get; init; }
    public long? Payment { get; init; }

    /// <summary>It counts as an order only once it is paid (<see cref="OrdersOptions.PayFirst"/> when it was written).</summary>
    public bool PayFirst { get; init; }

    /// <summary>What adds up with the lines to the total.</summary>
    public IReadOnlyList<Adjustment> Adjustments { get; init; } = [];

    /// <summary>The checkout that placed it.</summary>
    public long? Checkout { get; init; }
    public PostalAddress? ShipTo { get; init; }
    public string? Email { get; init; }
    public string? AddressKey { get; init; }

    /// <summary>Of the total, given back so far.</summary>
    public long RefundedMinor { get; init; }

    /// <summary>Of the total, what is given back or on its way.</summary>
    public long RefundAskedMinor { get; init; }
    public Shipment? Shipment { get; init; }
    public IReadOnlyList<OrderStep> History { get; init; } = [];

    public IEnumerable<long> Claims => Lines.Select(line => line.Claim);

    public bool IsPayable(DateTimeOffset now) => State == OrderState.Placed && (PayBy is not { } end || now < end);

    /// <summary>Units that are nobody else's and cost nothing need no payment; all others wait for one.</summary>
    public static OrderState StateAtBirth(bool claimIsKept, long priceMinor) =>
        claimIsKept && priceMinor == 0 ? OrderState.Paid : OrderState.Placed;

    /// <summary>The order of a sale's claim, as its consumer will write it.</summary>
    public static Order Of(ClaimView claim, PoolTerms terms) => new()
    {
        Id = claim.Id,
        Person = claim.Person,
        Kind = SaleKind,
        State = claim.State switch
        {
            ClaimState.Released => OrderState.Cancelled,
            // A kept claim with a deadline is being paid for this moment: the order says so once the payment is filed.
            ClaimState.Kept when claim.Deadline is null => StateAtBirth(true, terms.PriceMinor),
            _ => OrderState.Placed,
        },
        Version = 0,
        Total = new Money(terms.PriceMinor, terms.Currency) * claim.Quantity,
        Lines = [new OrderLine(claim.Id, claim.Pool, terms.Sku, terms.Title, claim.Quantity, terms.PriceMinor)],
        PlacedAt = claim.MadeAt,
        PayBy = claim.Deadline,
        ChangedAt = claim.MadeAt,
    };
}

/// <param name="PriceMinor">Price of one unit, as it was when the claim was made.</param>
internal sealed record OrderLine(long Claim, long Pool, string Sku, string Title, int Quantity, long PriceMinor);

internal sealed record Shipment(string? Carrier, string? TrackingNumber, string? TrackingUrl);

/// <param name="Reason">Stable code, see <see cref="Reasons"/>.</param>
internal sealed record OrderStep(int Version, OrderState From, OrderState To, string Reason, DateTimeOffset At);

/// <summary>Why an order took a step. Kept in its history and shown to its buyer.</summary>
internal static class Reasons
{
    public const string Placed = "placed";
    public const string Paid = "paid";
    public const string NothingToPay = "nothing_to_pay";
    public const string CancelledByBuyer = "cancelled_by_buyer";
    public const string HoldExpired = "hold_expired";
    public const string ClaimReleased = "claim_released";
    public const string Shipped = "shipped";
    public const string Completed = "completed";
    public const string RefundedInPart = "refunded_in_part";
    public const string RefundedWhole = "refunded_whole";
    public const string ReturnReceived = "return_received";
    public const string ReturnDeclined = "return_declined";
}
