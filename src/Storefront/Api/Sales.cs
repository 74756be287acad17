namespace Doorbuster.Storefront.Api;

/// <param name="Phase"><c>announced</c>, <c>open</c>, <c>paused</c>, <c>sold_out</c> or <c>ended</c>.</param>
/// <param name="StockBand"><c>plenty</c>, <c>low</c>, <c>last</c> or <c>none</c>.</param>
public sealed record ApiSale(
    string Id, string Sku, string Title, ApiMoney Price, int? LimitPerPerson, int HoldSeconds, DateTimeOffset OpensAt,
    DateTimeOffset? ClosesAt, string Phase, string StockBand, int Version)
{
    public bool IsRunning => Phase is "open" or "paused" or "sold_out";
    public bool IsComing => Phase == "announced";
}

public sealed record ApiSales(IReadOnlyList<ApiSale> Data, ApiPage Page);
