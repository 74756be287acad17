using Doorbuster.Contracts.Claims;

namespace Doorbuster.Coupons;

internal enum ClaimBy : short { Click = 0, Code = 1, Codes = 2 }

internal enum CouponScope : short { Everything = 0, Categories = 1, Skus = 2 }

/// <summary>What coupons of one kind do, and how one comes by them. Its pool decides about claims.</summary>
internal sealed record CouponTemplate
{
    public const string PublicPrefix = "cpt";
    public const string PoolKind = "coupon";

    public required long Id { get; init; }
    public required string Handle { get; init; }
    public required string Title { get; init; }
    public required ClaimBy ClaimBy { get; init; }
    public required CouponTerms Terms { get; init; }
    public required long? Total { get; init; }
    public required int? LimitPerPerson { get; init; }
    public required bool ReturnsOnRefund { get; init; }
    public required TimeSpan? ValidFor { get; init; }
    public required DateTimeOffset OpensAt { get; init; }
    public required DateTimeOffset? ClosesAt { get; init; }
    public required DateTimeOffset? UsableUntil { get; init; }
    public required PoolState State { get; init; }
    public required int Version { get; init; }

    /// <summary>The version its pool has; 0 when there is no pool yet.</summary>
    public required int Applied { get; init; }

    public string PublicId => Platform.PublicId.Format(PublicPrefix, Id);

    public bool IsPreparing => Applied == 0;

    public bool IsPending => Applied < Version;

    public PoolDefinition Pool => new()
    {
        Id = Id,
        Kind = PoolKind,
        Total = Total,
        LimitPerPerson = LimitPerPerson,
        Hold = null,
        OpensAt = OpensAt,
        ClosesAt = ClosesAt,
    };

    /// <summary>All of it that the pool knows and that may change, so that applying it twice is harmless.</summary>
    public PoolChange PoolChange => new() { Total = Total, State = State, OpensAt = OpensAt, ClosesAt = ClosesAt };

    public bool CanBeClaimed(DateTimeOffset now) =>
        State == PoolState.Open && !IsPreparing && OpensAt <= now && !(ClosesAt <= now);
}

/// <summary>What a coupon takes off, of what. Never changes: a claimed coupon does what it promised.</summary>
/// <param name="PercentBasisPoints">Hundredths of a percent: 1250 is 12.5 %; else <paramref name="AmountMinor"/>.</param>
/// <param name="CapMinor">Most that a percentage takes off.</param>
/// <param name="MinimumMinor">What the goods it applies to must cost together, before any coupon.</param>
/// <param name="ScopeValues">Slugs of categories, which stand for everything below them, or SKUs.</param>
internal sealed record CouponTerms(
    int? PercentBasisPoints, long? AmountMinor, long? CapMinor, string Currency, long MinimumMinor, CouponScope Scope,
    IReadOnlyList<string> ScopeValues, bool IsStackable)
{
    public bool Equals(CouponTerms? other) => other is not null
        && (PercentBasisPoints, AmountMinor, CapMinor, Currency, MinimumMinor, Scope, IsStackable)
        == (other.PercentBasisPoints, other.AmountMinor, other.CapMinor, other.Currency, other.MinimumMinor, other.Scope,
            other.IsStackable)
        && ScopeValues.SequenceEqual(other.ScopeValues);

    public override int GetHashCode() => HashCode.Combine(PercentBasisPoints, AmountMinor, Currency, MinimumMinor, Scope);
}
