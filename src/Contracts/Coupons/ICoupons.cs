namespace Doorbuster.Contracts.Coupons;

/// <summary>What coupons do for a checkout: quoted freely, reserved once, used when the order is paid, given back when it
/// is not.</summary>
public interface ICoupons
{
    /// <summary>What these coupons take off these goods; changes nothing.</summary>
    /// <param name="coupons">The person's own coupons, in the order in which they are applied.</param>
    Task<CouponQuote> Quote(
        long person, IReadOnlyList<long> coupons, IReadOnlyList<CouponGood> goods, CancellationToken cancel);

    /// <summary>
    /// Takes all of these coupons for one checkout, or none: of concurrent checkouts exactly one has a coupon. The same
    /// <paramref name="checkout"/> again: no effect. What is not bound to an order by an
    /// <see cref="Orders.OrdersMoved"/> before <paramref name="until"/> is free again by itself.
    /// </summary>
    Task<bool> TryReserve(
        long person, IReadOnlyList<long> coupons, long checkout, DateTimeOffset until, CancellationToken cancel);

    /// <summary>Frees what a checkout reserved that made no order. Free already: no effect.</summary>
    Task Release(long checkout, CancellationToken cancel);
}

/// <param name="CategoryId">The category of its product.</param>
public sealed record CouponGood(string Sku, long ProductId, long CategoryId, int Quantity, long PriceMinor, string Currency);

/// <param name="Refused">Why, by coupon, as stable codes: <c>coupon_unknown</c>, <c>coupon_expired</c>, <c>coupon_used</c>,
/// <c>coupon_not_applicable</c>, <c>coupon_minimum_not_met</c>, <c>coupon_not_stackable</c>. Empty when all apply.</param>
public sealed record CouponQuote(IReadOnlyList<CouponDiscount> Discounts, IReadOnlyDictionary<long, string> Refused);

/// <param name="AmountMinor">What it takes off, above zero; all together never more than the goods cost.</param>
public sealed record CouponDiscount(long Coupon, string Title, long AmountMinor)
{
    /// <summary>How much of it falls on each of the goods, in their order; adds up to the amount. For tax and refunds.</summary>
    public IReadOnlyList<long> ByGood { get; init; } = [];
}
