namespace Doorbuster.Coupons;

internal enum CouponState : short { Free = 0, Reserved = 1, Bound = 2, Used = 3 }

/// <summary>One claim on a template: a person's coupon, under the claim's id.</summary>
internal sealed record Coupon
{
    public const string PublicPrefix = "cpn";

    public required long Id { get; init; }
    public required long Person { get; init; }
    public required CouponTemplate Template { get; init; }
    public required DateTimeOffset ClaimedAt { get; init; }
    public required DateTimeOffset? ExpiresAt { get; init; }
    public required CouponState State { get; init; }
    public required DateTimeOffset? ReservedUntil { get; init; }
    public required long? Order { get; init; }
    public required DateTimeOffset? UsedAt { get; init; }

    public string PublicId => Platform.PublicId.Format(PublicPrefix, Id);

    /// <summary>The earlier of its own end and its template's; null: never.</summary>
    public DateTimeOffset? EndsAt => ExpiresAt is { } own && Template.UsableUntil is { } common
        ? own < common ? own : common
        : ExpiresAt ?? Template.UsableUntil;

    public bool IsExpired(DateTimeOffset now) => EndsAt <= now;

    public bool IsSpent => State is CouponState.Bound or CouponState.Used;

    public string Word(DateTimeOffset now) => State switch
    {
        CouponState.Used => "used",
        CouponState.Bound => "ordered",
        CouponState.Reserved when ReservedUntil > now => "reserved",
        _ when IsExpired(now) => "expired",
        _ => "usable",
    };
}
