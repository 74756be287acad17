using System.ComponentModel.DataAnnotations;
using Doorbuster.Catalog.Administration;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Catalog.PriceLists;

/// <summary>What variants cost by a price list. Each change is one of the list, and names its version.</summary>
internal static class ManageListPrices
{
    private const string CursorPrefix = "lp";

    /// <param name="Price">In the list's currency.</param>
    public sealed record Request(MoneyView Price);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var prices = routes.MapGroup(ManagePriceLists.Path + "/{code}/prices").ForAdmin().WithTags(ManagePriceLists.Tag);
        prices.MapGet("", List).WithName("ListPriceListPrices").WithSummary("What variants cost by a price list.")
            .Refuses(Problems.PriceListNotFound, WebProblems.InvalidCursor);
        prices.MapPut("{sku}", Set).WithName("SetPriceListPrice").WithSummary("Say what a variant costs by a price list.")
            .WithDescription("`If-Match` names the list's version. Whoever would pay less without the list pays that.")
            .Refuses(
                Problems.PriceListNotFound, Problems.ProductNotFound, Problems.VersionRequired, Problems.VersionOutdated,
                Problems.TooManyListPrices, Problems.OtherCurrency);
        prices.MapDelete("{sku}", Remove).WithName("RemovePriceListPrice").WithSummary("Take a variant out of a price list.")
            .WithDescription("`If-Match` names the list's version.")
            .Refuses(
                Problems.PriceListNotFound, Problems.ProductNotFound, Problems.VersionRequired, Problems.VersionOutdated);
    }

    private static async Task<Results<Ok<PriceListViews.ListedPrices>, Problem>> List(
        string code, HttpContext http, PriceListStore store, CancellationToken cancel, [Range(1, 100)] int limit = 40,
        string? after = null)
    {
        var last = 0L;
        if (after is not null && !PublicId.TryParse(CursorPrefix, after, out last))
            return WebProblems.InvalidCursor;
        if (!PriceList.IsCode(code) || await store.Find(code, cancel) is not { } list)
            return Problems.PriceListNotFound;
        var (shown, page) = PageInfo.Cut(
            await store.ListPrices(list.Id, last, limit + 1, cancel), limit,
            row => PublicId.Format(CursorPrefix, row.Variant));
        http.Response.Headers.CacheControl = "private, no-store";
        return TypedResults.Ok(new PriceListViews.ListedPrices(
            [
                .. shown.Select(row => new PriceListViews.ListedPrice(
                    row.Sku, row.Title, new(row.PriceMinor, list.Currency), new(row.ListMinor, row.Currency))),
            ],
            page));
    }

    private static async Task<Results<Ok<PriceListViews.ListedPrice>, Problem>> Set(
        string code, string sku, Request request, [FromHeader(Name = "If-Match")] string? ifMatch, Person person,
        Editing editing, PriceListStore store, HttpContext http, CancellationToken cancel)
    {
        if (new Faults().CheckPrice("price", request.Price).Problem is { } wrong)
            return wrong;
        PriceList list = null!;
        PricedVariant? variant = null;
        return await editing.Change(
            http, ifMatch, person, async transaction =>
            {
                (list, variant) = await Find(transaction, code, sku, cancel);
                return Noted(list, variant);
            },
            Problems.PriceListNotFound, Name, CatalogJson.Default.NotedListPrices,
            async (transaction, before) =>
            {
                if (variant is null)
                    return new(null, Problems.ProductNotFound);
                if (request.Price.Currency != list.Currency)
                    return new(null, WebProblems.Invalid("price.currency", $"must be the list's, {list.Currency}"));
                if (variant.List.Currency != list.Currency)
                    return new(null, Problems.OtherCurrency);
                await PriceListStore.SetPrices(transaction, list, [(variant.Sku, request.Price.Amount)], cancel);
                if (await PriceListStore.CountPrices(transaction, list.Id, cancel) > PriceList.PricesMax)
                    return new(null, Problems.TooManyListPrices);
                await store.Write(transaction, list, cancel);
                return new(before with
                {
                    Prices = new() { [variant.Sku] = request.Price },
                    Version = before.Version + 1,
                });
            },
            _ => TypedResults.Ok(new PriceListViews.ListedPrice(variant!.Sku, variant.Title, request.Price, variant.List)),
            cancel);
    }

    private static async Task<Results<NoContent, Problem>> Remove(
        string code, string sku, [FromHeader(Name = "If-Match")] string? ifMatch, Person person, Editing editing,
        PriceListStore store, HttpContext http, CancellationToken cancel)
    {
        PriceList list = null!;
        PricedVariant? variant = null;
        return await editing.Change(
            http, ifMatch, person, async transaction =>
            {
                (list, variant) = await Find(transaction, code, sku, cancel);
                return Noted(list, variant);
            },
            Problems.PriceListNotFound, Name, CatalogJson.Default.NotedListPrices,
            async (transaction, before) =>
            {
                if (variant?.PriceMinor is null)
                    return new(null, Problems.ProductNotFound);
                await PriceListStore.RemovePrices(transaction, list.Id, [variant.Sku], cancel);
                await store.Write(transaction, list, cancel);
                return new(before with { Prices = [], Version = before.Version + 1 });
            },
            _ => TypedResults.NoContent(), cancel);
    }

    private static async Task<(PriceList List, PricedVariant? Variant)> Find(
        Npgsql.NpgsqlTransaction transaction, string code, string sku, CancellationToken cancel) =>
        await ManagePriceLists.Lock(transaction, code, cancel) is not { } list
            ? (null!, null)
            : (list, CatalogRow.NormalizeSku(sku) is { } normal
                ? await PriceListStore.FindPrice(transaction, list.Id, normal, cancel)
                : null);

    private static PriceListViews.Noted? Noted(PriceList? list, PricedVariant? variant) => list is null
        ? null
        : new(
            list.Code,
            variant?.PriceMinor is { } price ? new() { [variant.Sku] = new(price, list.Currency) } : [],
            list.Version);

    private static (string, string, long) Name(PriceListViews.Noted list) => (ChangeLog.OfPriceList, list.Code, list.Version);
}
