using System.Text.Json.Serialization;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;

namespace Doorbuster.FlashSales;

/// <summary>Sales as they are told: to everybody, and to those who run them.</summary>
internal static class SaleViews
{
    public sealed record Shown(
        string Id, string Sku, string Title, MoneyView Price, int? LimitPerPerson, int HoldSeconds, DateTime OpensAt,
        DateTime? ClosesAt, string Phase, string StockBand, int Version);

    /// <param name="State">What is wanted: <c>open</c> (when it is time), <c>paused</c>, <c>closed</c>;
    /// <c>preparing</c> while there is no pool.</param>
    /// <param name="Pending">True while the pool has not got this version yet; it will by itself.</param>
    public sealed record Administered(
        string Id, string Sku, string Title, long Units, int? LimitPerPerson, MoneyView Price, int HoldSeconds,
        DateTime OpensAt, DateTime? ClosesAt, string State, string Phase, bool Pending, int Version);

    public sealed record Shop(IReadOnlyList<Shown> Data, PageInfo Page);

    public sealed record Console(IReadOnlyList<Administered> Data, PageInfo Page);

    /// <param name="Drift">Null when the gate is away and could not be asked.</param>
    /// <param name="Clean">True when every unit is accounted for.</param>
    public sealed record Audit(
        string Id, long? Offered, long Kept, long Held, long? Free, long InFlight, long? Drift, long PeopleOverLimit,
        long DuplicateKeys, long LedgerMismatch, int Epoch, [property: JsonPropertyName("clean")] bool IsClean);

    public static Shown Show(FlashSale sale, PoolView? pool, DateTimeOffset now)
    {
        var phase = sale.PhaseAt(now, pool);
        var band = phase is SalePhase.SoldOut ? StockBand.None : StockBand.Of(pool?.Left, pool?.Total ?? sale.Units);
        var (opensAt, closesAt) = (pool?.OpensAt ?? sale.OpensAt, pool is null ? sale.ClosesAt : pool.ClosesAt);
        return new(
            sale.PublicId, sale.Sku, sale.Title, MoneyView.Of(sale.Price), sale.LimitPerPerson,
            (int)sale.Hold.TotalSeconds, opensAt.UtcDateTime, closesAt?.UtcDateTime, phase.Word, band.Word, sale.Version);
    }

    public static Administered Administer(FlashSale sale, PoolView? pool, DateTimeOffset now) => new(
        sale.PublicId, sale.Sku, sale.Title, sale.Units, sale.LimitPerPerson, MoneyView.Of(sale.Price),
        (int)sale.Hold.TotalSeconds, sale.OpensAt.UtcDateTime, sale.ClosesAt?.UtcDateTime, WordOf(sale),
        sale.PhaseAt(now, pool).Word, sale.IsPending, sale.Version);

    public static Audit Of(FlashSale sale, PoolAudit audit) => new(
        sale.PublicId, audit.Offered, audit.Kept, audit.Held, audit.Free, audit.InFlight, audit.Drift,
        audit.PeopleOverLimit, audit.DuplicateKeys, audit.LedgerMismatch, audit.Epoch, audit.IsClean);

    private static string WordOf(FlashSale sale) => sale switch
    {
        { IsPreparing: true } => "preparing",
        { State: PoolState.Open } => "open",
        { State: PoolState.Paused } => "paused",
        _ => "closed",
    };
}
