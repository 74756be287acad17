using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Catalog.Administration;

/// <summary>The sale prices of a variant: what it costs from when until when.</summary>
internal static class SetPrices
{
    private const int PricesMax = 20;

    private static readonly DateTimeOffset TimeMin = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset TimeMax = new(2200, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <param name="Price">Below the list price and in its currency.</param>
    /// <param name="From">The first instant it counts; null: ever since.</param>
    /// <param name="Until">The first instant it no longer counts; null: until it is taken back.</param>
    public sealed record Planned(MoneyView Price, DateTimeOffset? From = null, DateTimeOffset? Until = null);

    /// <param name="Prices">Instead of all there were; of several at once the lowest counts.</param>
    public sealed record Request(IReadOnlyList<Planned> Prices);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/api/admin/v1/catalog/variants/{sku}/prices", Handle)
        .ForAdmin().WithName("SetPrices").WithTags("Catalog (administration)")
        .WithSummary("Say what a variant costs from when until when, below its list price.")
        .Refuses(Problems.ProductNotFound, Problems.VersionRequired, Problems.VersionOutdated);

    private static Task<Results<Ok<AdminViews.Product>, Problem>> Handle(
        string sku, Request request, [FromHeader(Name = "If-Match")] string? ifMatch, Person person, Editing editing,
        ProductWrites writes, HttpContext http, CancellationToken cancel) =>
        editing.Change(http, sku, ifMatch, person, [Editing.Price], async (transaction, product) =>
        {
            var variant = product.Variants.Single(variant => variant.Sku == CatalogRow.NormalizeSku(sku));
            if (Check(request, variant.ListPrice) is { } wrong)
                return wrong;
            await writes.SetPrices(transaction, variant.Sku, [.. request.Prices.Select(Whole)], cancel);
            return null;
        }, cancel);

    private static Problem? Check(Request request, MoneyView list)
    {
        if (request.Prices.Count > PricesMax)
            return WebProblems.Invalid("prices", $"must be at most {PricesMax}");
        var faults = new Faults();
        for (var i = 0; i < request.Prices.Count; i++)
        {
            var (field, item) = ($"prices[{i}]", request.Prices[i]);
            if (item is null)
                return WebProblems.Invalid(field, "must not be null");
            faults.CheckPrice($"{field}.price", item.Price)
                .Unless(item.Price.Currency == list.Currency, $"{field}.price.currency", $"must be the variant's, {list.Currency}")
                .Unless(item.Price.Amount < list.Amount, $"{field}.price.amount", $"must be below the list price, {list.Amount}")
                .Unless(IsTime(item.From), $"{field}.from", "must be a time from 2000 to 2199")
                .Unless(IsTime(item.Until), $"{field}.until", "must be a time from 2000 to 2199")
                .Unless(!(Whole(item).Until <= Whole(item).From), $"{field}.until", "must be after from");
        }
        return faults
            .Unless(request.Prices.DistinctBy(item => Whole(item).From).Count() == request.Prices.Count, "prices",
                "must begin at different times")
            .Problem;
    }

    private static bool IsTime(DateTimeOffset? time) => time is null || time >= TimeMin && time < TimeMax;

    // In whole milliseconds: what is read back is what was sent, in every store and language.
    private static Planned Whole(Planned item) => item with { From = Whole(item.From), Until = Whole(item.Until) };

    private static DateTimeOffset? Whole(DateTimeOffset? time) =>
        time is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds()) : null;
}
