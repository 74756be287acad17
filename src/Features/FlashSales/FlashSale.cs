using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;

namespace Doorbuster.FlashSales;

/// <summary>Units of one variant, offered for a time at a price. Its pool decides about claims.</summary>
internal sealed record FlashSale
{
    public const string PublicPrefix = "sal";
    public const string PoolKind = "sale";

    public required long Id { get; init; }
    public required string Sku { get; init; }
    public required string Title { get; init; }
    public required long Units { get; init; }
    public required int? LimitPerPerson { get; init; }
    public required Money Price { get; init; }
    public required TimeSpan Hold { get; init; }
    public required DateTimeOffset OpensAt { get; init; }
    public required DateTimeOffset? ClosesAt { get; init; }
    public required PoolState State { get; init; }
    public required int Version { get; init; }

    /// <summary>When it was first seen sold out.</summary>
    public DateTimeOffset? SoldOutAt { get; init; }

    /// <summary>When it was last seen to sell out: unpaid units may return until a hold after that.</summary>
    public DateTimeOffset? SoldOutLastAt { get; init; }

    /// <summary>The version its pool has; 0 when there is no pool yet.</summary>
    public required int Applied { get; init; }

    public string PublicId => Platform.PublicId.Format(PublicPrefix, Id);

    public bool IsPreparing => Applied == 0;

    public bool IsPending => Applied < Version;

    public PoolDefinition Pool => new()
    {
        Id = Id,
        Kind = PoolKind,
        Total = Units,
        LimitPerPerson = LimitPerPerson,
        Hold = Hold,
        OpensAt = OpensAt,
        ClosesAt = ClosesAt,
    };

    /// <summary>All of the sale that may change, so that applying it twice is harmless. Without an end it takes back the one it had.</summary>
    public PoolChange PoolChange => new()
    {
        Total = Units,
        State = State,
        OpensAt = OpensAt,
        ClosesAt = ClosesAt ?? DateTimeOffset.MaxValue,
    };

    /// <summary>What people see, from the pool's facts once there is a pool.</summary>
    public SalePhase PhaseAt(DateTimeOffset now, PoolView? pool)
    {
        var (opensAt, closesAt, state) = pool is null
            ? (OpensAt, ClosesAt, State)
            : (pool.OpensAt ?? OpensAt, pool.ClosesAt, pool.State);
        return state switch
        {
            PoolState.Closed => SalePhase.Ended,
            _ when now >= closesAt => SalePhase.Ended,
            PoolState.Paused => SalePhase.Paused,
            _ when now < opensAt || IsPreparing => SalePhase.Announced,
            _ when pool?.Left <= 0 => SalePhase.SoldOut,
            _ => SalePhase.Open,
        };
    }
}

internal enum SalePhase { Announced, Open, Paused, SoldOut, Ended }

/// <summary>How much is left, in words: exact numbers would be stale, and worth scraping.</summary>
internal enum StockBand { Plenty, Low, Last, None }

internal static class SaleWords
{
    private const int LowPercent = 20;
    private const int LastPercent = 2;

    extension(SalePhase phase)
    {
        public string Word => phase switch
        {
            SalePhase.Announced => "announced",
            SalePhase.Open => "open",
            SalePhase.Paused => "paused",
            SalePhase.SoldOut => "sold_out",
            _ => "ended",
        };

        /// <summary>When it pays to ask again, or null when nothing will change any more.</summary>
        public int? PollAfterMs(TimeSpan untilOpening, StockBand band) => phase switch
        {
            SalePhase.Ended => null,
            SalePhase.Announced => (int)Math.Clamp(untilOpening.TotalMilliseconds / 4, 1_000, 30_000),
            SalePhase.Open => band is StockBand.Plenty ? 2_000 : 1_000,
            _ => 5_000,    // units of unpaid claims may return, a pause may end
        };
    }

    extension(StockBand band)
    {
        public string Word => band switch
        {
            StockBand.Plenty => "plenty",
            StockBand.Low => "low",
            StockBand.Last => "last",
            _ => "none",
        };

        /// <param name="left">Null while nobody has asked the gate: then nobody has bought either.</param>
        public static StockBand Of(long? left, long total) => left switch
        {
            null => StockBand.Plenty,
            <= 0 => StockBand.None,
            _ when left <= Math.Max(1, total * LastPercent / 100) => StockBand.Last,
            _ when left <= Math.Max(1, total * LowPercent / 100) => StockBand.Low,
            _ => StockBand.Plenty,
        };
    }
}
