using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Doorbuster.Contracts.Claims;

namespace Doorbuster.FlashSales;

/// <summary>What everybody may know of a sale; two that are equal tell the same.</summary>
internal sealed record SaleFacts(
    string Id, SalePhase Phase, StockBand Band, DateTimeOffset OpensAt, DateTimeOffset? ClosesAt, int? LimitPerPerson,
    int Version, SoldOut? SoldOut)
{
    public static SaleFacts Of(FlashSale sale, PoolView? pool, DateTimeOffset now)
    {
        var phase = sale.PhaseAt(now, pool);
        return new(
            sale.PublicId, phase,
            phase is SalePhase.SoldOut ? StockBand.None : StockBand.Of(pool?.Left, pool?.Total ?? sale.Units),
            pool?.OpensAt ?? sale.OpensAt, pool is null ? sale.ClosesAt : pool.ClosesAt, sale.LimitPerPerson, sale.Version,
            phase is SalePhase.SoldOut or SalePhase.Ended ? FlashSales.SoldOut.Of(sale) : null);
    }

    public StreamEvent ToEvent(DateTimeOffset now)
    {
        var id = string.Create(
            CultureInfo.InvariantCulture,
            $"{Version}-{Phase.Word}-{Band.Word}-{SoldOut?.UnpaidUntil.ToUnixTimeSeconds() ?? 0}");
        return new(id, "sale", Encoding.UTF8.GetString(Write(now, now)), isLast: Phase is SalePhase.Ended);
    }

    /// <param name="shownNow">The server's time as it is told: documents that are kept tell the second only.</param>
    public byte[] Write(DateTimeOffset now, DateTimeOffset shownNow)
    {
        var buffer = new ArrayBufferWriter<byte>(384);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("id", Id);
        json.WriteString("phase", Phase.Word);
        json.WriteString("opensAt", OpensAt.UtcDateTime);
        if (ClosesAt is { } end)
            json.WriteString("closesAt", end.UtcDateTime);
        else
            json.WriteNull("closesAt");
        json.WriteString("serverNow", shownNow.UtcDateTime);
        json.WriteString("stockBand", Band.Word);
        if (LimitPerPerson is { } limit)
            json.WriteNumber("limitPerPerson", limit);
        else
            json.WriteNull("limitPerPerson");
        if (Phase.PollAfterMs(OpensAt - now, Band) is { } pollAfterMs)
            json.WriteNumber("pollAfterMs", pollAfterMs);
        else
            json.WriteNull("pollAfterMs");
        json.WriteNumber("version", Version);
        if (SoldOut is { } soldOut)
        {
            json.WriteStartObject("soldOut");
            json.WriteNumber("units", soldOut.Units);
            json.WriteNumber("afterS", soldOut.AfterS);
            json.WriteString("unpaidUntil", soldOut.UnpaidUntil.UtcDateTime);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("soldOut");
        }
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}

/// <param name="AfterS">How long all units lasted, to the second in which somebody looked.</param>
/// <param name="UnpaidUntil">Until then units that were not paid for may return.</param>
internal sealed record SoldOut(long Units, int AfterS, DateTimeOffset UnpaidUntil)
{
    public static SoldOut? Of(FlashSale sale) => sale is { SoldOutAt: { } first, SoldOutLastAt: { } last }
        ? new(sale.Units, (int)Math.Max(1, (first - sale.OpensAt).TotalSeconds),
            DateTimeOffset.FromUnixTimeSeconds((last + sale.Hold).ToUnixTimeSeconds()))
        : null;
}
