namespace Doorbuster.Carts;

/// <summary>What became of the wish to order a checkout.</summary>
internal abstract record Ordering
{
    private Ordering() { }

    /// <param name="IsNew">False when it had been ordered before.</param>
    public sealed record Done(Checkout Checkout, bool IsNew) : Ordering;

    public sealed record NotFound : Ordering;

    public sealed record Incomplete(IReadOnlyList<string> Missing) : Ordering;

    /// <param name="OldTotalMinor">As quoted before.</param>
    /// <param name="Checkout">With the new quote.</param>
    public sealed record PriceChanged(long OldTotalMinor, Checkout Checkout) : Ordering;

    public sealed record QuoteExpired(Checkout Checkout) : Ordering;

    public sealed record NotForSale(string Sku) : Ordering;

    public sealed record OutOfStock(string Sku) : Ordering;

    public sealed record NoSuchShipping : Ordering;

    public sealed record CouponTaken : Ordering;

    /// <summary>The same cart was ordered by another checkout, and that order stands.</summary>
    public sealed record CartOrdered(long Order) : Ordering;

    /// <summary>Somebody is at it this moment.</summary>
    public sealed record InProgress : Ordering;

    /// <summary>What is taken stays taken: the same request goes on from there.</summary>
    public sealed record Unsettled : Ordering;

    public sealed record Spent : Ordering;
}
