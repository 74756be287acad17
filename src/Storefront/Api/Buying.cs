namespace Doorbuster.Storefront.Api;

/// <param name="Subtotal">Of what is for sale; null while nothing is.</param>
public sealed record ApiCart(IReadOnlyList<ApiCartItem> Items, int Units, ApiMoney? Subtotal);

/// <param name="Title">Null, like the prices of today, when it is not for sale any more.</param>
public sealed record ApiCartItem(
    string Sku, string? Title, int Quantity, bool IsForSale, ApiMoney? UnitPrice, ApiMoney? ListPrice, ApiMoney? Total,
    ApiMoney PriceWhenAdded)
{
    public bool IsPriceChanged => UnitPrice is { } now && now != PriceWhenAdded;
}

public sealed record ApiCartAddition(string Sku, int Quantity);

public sealed record ApiQuantity(int Quantity);

/// <summary>A quote, and what becomes of it. Items at list prices and adjustments add up to the total.</summary>
/// <param name="State"><c>open</c>, <c>ordering</c>, <c>ordered</c>, <c>paid</c> or <c>cancelled</c>.</param>
public sealed record ApiCheckout(
    string Id, string State, IReadOnlyList<ApiLine> Items, IReadOnlyList<ApiAdjustment> Adjustments,
    IReadOnlyList<ApiTax> Taxes, ApiMoney Total, long Points, string? Email, ApiAddress? ShipTo, string? ShippingMethod,
    IReadOnlyList<string> Coupons, IReadOnlyList<string> Missing, DateTimeOffset ExpiresAt, string? OrderId,
    IReadOnlyList<string> ReplacedOrders);

public sealed record ApiLine(string Sku, string Title, int Quantity, ApiMoney UnitPrice, ApiMoney Total);

/// <param name="Kind"><c>promotion</c>, <c>coupon</c>, <c>shipping</c>, <c>tax</c>, <c>points</c> or <c>wallet</c>.</param>
public sealed record ApiAdjustment(string Kind, string Title, ApiMoney Amount, string? Reference);

public sealed record ApiTax(string Title, int RateBasisPoints, bool IsIncluded, ApiMoney Amount);

public sealed record ApiAddress(
    string Name, string Line1, string City, string? PostalCode, string Country, string? Line2 = null, string? Region = null);

public sealed record ApiAddresses(IReadOnlyList<ApiAddress> Data);

/// <summary>What a checkout is told. What is null is left as it is.</summary>
public sealed record ApiWish
{
    public IReadOnlyList<ApiCartAddition>? Items { get; init; }
    public string? Email { get; init; }
    public ApiAddress? ShipTo { get; init; }
    public string? ShippingMethod { get; init; }
    public IReadOnlyList<string>? Coupons { get; init; }
    public long? Points { get; init; }
    public bool? Wallet { get; init; }
}

public sealed record ApiShippingMethod(string Code, string Title, ApiMoney Price, ApiMoney? FreeFrom);

public sealed record ApiShippingMethods(IReadOnlyList<ApiShippingMethod> Data);

public sealed record ApiCoupon(string Id, string Title);

/// <summary>A coupon just claimed: whole, or only that it is on its way.</summary>
public sealed record ApiCouponClaimed(string Id, string? Title = null);

public sealed record ApiCoupons(IReadOnlyList<ApiCoupon> Data);

public sealed record ApiCode(string Code);

public sealed record ApiWallet(IReadOnlyList<ApiMoney> Balances, long Points);

/// <param name="State"><c>placed</c>, <c>paid</c>, <c>shipped</c>, …</param>
/// <param name="PayBy">Null once it is decided, or when the units are held without end.</param>
/// <param name="History">The steps since it was placed.</param>
public sealed record ApiOrder(
    string Id, string State, int Version, string? SaleId, IReadOnlyList<ApiLine> Lines,
    IReadOnlyList<ApiAdjustment> Adjustments, ApiMoney Total, ApiMoney Refunded, ApiAddress? ShipTo, string? Email,
    DateTimeOffset PlacedAt, DateTimeOffset? PayBy, DateTimeOffset ChangedAt, ApiShipment? Shipment,
    IReadOnlyList<ApiStep>? History);

public sealed record ApiShipment(string? Carrier, string? TrackingNumber, string? TrackingUrl);

public sealed record ApiStep(string From, string To, string Reason, DateTimeOffset At);

/// <param name="State"><c>created</c>, <c>pending</c>, <c>captured</c>, <c>declined</c>, …</param>
public sealed record ApiPayment(string Id, string State, ApiMoney Amount, string? PayUrl);

public sealed record ApiPayments(IReadOnlyList<ApiPayment> Data);

public sealed record ApiPaymentWish(string ReturnPath);

public sealed record ApiReturn(string Reason);
