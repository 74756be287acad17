using System.Globalization;
using Doorbuster.Storefront.Api;
using Doorbuster.Storefront.Console.Tables;
using Doorbuster.Storefront.Languages;
using Doorbuster.Storefront.Parts;
using Doorbuster.Storefront.Rendering;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.Storefront.Console.Pricing;

/// <summary>The price lists, and one with its prices.</summary>
internal static class PriceListPages
{
    private const string Api = "/api/admin/v1/catalog/price-lists";
    private const string One = "/price-lists/{code}";
    private const int PricesShown = 40;

    public static void Map(ConsoleRoutes console)
    {
        console.Table("/price-lists", Lists());
        console.Page("/new-price-list", request => Draft(
            request, FormState.With(("currency", "GBP"), ("priority", "0"), ("group", request.Query("group"))), StatusCodes.Status200OK));
        console.Form("/new-price-list", Create);
        console.Page(One, request => Show(request, FormState.Empty, StatusCodes.Status200OK));
        console.Form(One, Change);
        console.Form("/price-lists/{code}/prices", SetPrice, shows: One);
        console.Form("/price-lists/{code}/prices/{sku}", TakeOut, shows: One);
        console.Form("/price-lists/{code}/removal", Remove, isDangerous: true, shows: One);
    }

    private static Table<RunPriceList> Lists() => new()
    {
        Name = "price-lists",
        Title = "pricing.lists",
        EmptyText = "pricing.lists_none",
        Action = ("/admin/new-price-list", "pricing.new_list"),
        List = (api, query) => api.Get(Api + query, PricingJson.Default.PriceLists),
        Key = list => list.Code,
        Columns =
        [
            new("name", "pricing.name", list => Cell.Of(list.Name, $"/admin/price-lists/{list.Code}"), list => list.Name),
            new("code", "pricing.code", list => Cell.Of(list.Code), list => list.Code),
            new("group", "pricing.group", list => Cell.Of(list.Group, $"/admin/groups/{list.Group}"), list => list.Group),
            new("currency", "pricing.currency", list => Cell.Of(list.Currency), list => list.Currency),
            new("priority", "pricing.priority", list => Cell.Of(list.Priority), list => list.Priority) { IsNumber = true },
            new("from", "pricing.from", list => Cell.Of(list.From), list => list.From),
            new("until", "pricing.until", list => Cell.Of(list.Until), list => list.Until),
            new("active", "pricing.active", list => Cell.Of(list.Active), list => list.Active),
            new("prices", "pricing.prices", list => Cell.Of(list.Prices), list => list.Prices) { IsNumber = true },
        ],
    };

    private static Task<PageResult> Draft(PageRequest request, FormState form, int status) =>
        Task.FromResult(PageResult.View<PriceListDraftPage, PriceListDraftModel>(new(form, request.SentKey()), status));

    private static async Task<PageResult> Create(PageRequest request)
    {
        if (Priority(request) is not { } priority)
            return await Draft(request, request.Wrong("priority", "pricing.wrong.priority"), StatusCodes.Status422UnprocessableEntity);
        var made = await request.Api.Send(
            "POST", Api, PricingJson.Default.RunPriceList,
            ShopApi.Json(
                new(request.Field("code"), request.Field("name"), request.Field("currency").ToUpperInvariant(), request.Field("group"),
                    priority, Time(request, "from"), Time(request, "until"), Active: true),
                PricingJson.Default.NewPriceList),
            request.SentKey());
        return made.Refusal is { } refusal
            ? await request.Refuse(refusal, (form, status) => Draft(request, form, status))
            : PageResult.GoTo($"/admin/price-lists/{made.Value!.Code}");
    }

    private static async Task<PageResult> Show(PageRequest request, FormState form, int status)
    {
        var list = await request.Api.Get(PathOf(request), PricingJson.Default.RunPriceList);
        if (list.Refusal is { } refusal)
            return PageResult.Refused(refusal);
        var prices = await request.Api.Get(
            string.Create(null, $"{PathOf(request)}/prices?limit={PricesShown}{request.After()}"), PricingJson.Default.ListedPrices);
        if (prices.Refusal is { } wrong)
            return PageResult.Refused(wrong);
        var isNew = form == FormState.Empty;
        return PageResult.View<PriceListPage, PriceListModel>(
            new(list.Value!, list.Tag!, prices.Value!, form, isNew || !form.Values.ContainsKey("name") ? Now(list.Value!) : form,
                isNew && request.Query("done") is not null, request.Context.Now),
            status);
    }

    private static async Task<PageResult> Change(PageRequest request)
    {
        if (Priority(request) is not { } priority)
            return await Show(request, request.Wrong("priority", "pricing.wrong.priority"), StatusCodes.Status422UnprocessableEntity);
        return await Done(request, await request.Api.Do(
            "PUT", PathOf(request),
            ShopApi.Json(
                new(request.Field("name"), request.Field("group"), priority, Time(request, "from"), Time(request, "until"),
                    request.Field("active") != "false"),
                PricingJson.Default.PriceListText),
            ifMatch: request.Field("version")));
    }

    private static async Task<PageResult> SetPrice(PageRequest request)
    {
        var (sku, currency) = (request.Field("sku"), request.Field("currency"));
        if (!Format.TryReadMoney(request.Field("price"), currency, out var minor))
            return await Show(request, request.Wrong("price", "console.wrong_price"), StatusCodes.Status422UnprocessableEntity);
        var refusal = sku.Length == 0
            ? new ApiRefusal { Code = "product_not_found", Status = StatusCodes.Status404NotFound }
            : await request.Api.Do(
                "PUT", $"{PathOf(request)}/prices/{Uri.EscapeDataString(sku)}",
                ShopApi.Json(new(new(minor, currency)), PricingJson.Default.ListedPriceText), ifMatch: request.Field("version"));
        return refusal is { Code: "product_not_found" }
            ? await Show(request, request.Wrong("sku", "parts.wrong.sku"), StatusCodes.Status422UnprocessableEntity)
            : await Done(request, refusal);
    }

    private static async Task<PageResult> TakeOut(PageRequest request)
    {
        var refusal = await request.Api.Do(
            "DELETE", $"{PathOf(request)}/prices/{Uri.EscapeDataString(request.Route("sku"))}", ifMatch: request.Field("version"));
        return await Done(request, refusal is { Code: "product_not_found" } ? null : refusal);    // it is out already
    }

    private static async Task<PageResult> Remove(PageRequest request) =>
        await request.Api.Do("DELETE", PathOf(request), ifMatch: request.Field("version")) is { } refusal
            ? await request.Refuse(refusal, (form, status) => Show(request, form, status))
            : PageResult.GoTo("/admin/price-lists");

    private static async Task<PageResult> Done(PageRequest request, ApiRefusal? refusal) => refusal is null
        ? PageResult.GoTo($"/admin/price-lists/{Uri.EscapeDataString(request.Route("code"))}?done=1")
        : await request.Refuse(refusal, (form, status) => Show(request, form, status));

    private static FormState Now(RunPriceList list) => FormState.With(
        ("name", list.Name), ("group", list.Group), ("priority", list.Priority.ToString(CultureInfo.InvariantCulture)),
        ("from", Local(list.From)), ("until", Local(list.Until)), ("active", list.Active ? "true" : "false"));

    private static int? Priority(PageRequest request) => int.TryParse(
        request.Field("priority"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var priority) ? priority : null;

    // Fields of this kind have no zone; the page says that it is UTC.
    private static string? Time(PageRequest request, string name) =>
        request.Text(name) is { } time ? time + "Z" : null;

    private static string Local(DateTimeOffset? at) =>
        at?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture) ?? "";

    private static string PathOf(PageRequest request) => $"{Api}/{Uri.EscapeDataString(request.Route("code"))}";
}

/// <param name="Key">Of the intent to make this list.</param>
public sealed record PriceListDraftModel(FormState Form, string Key);

/// <param name="Version">Its tag.</param>
/// <param name="Form">What was sent, whichever form it was.</param>
/// <param name="Text">The form of the list itself: as it was sent, or is.</param>
public sealed record PriceListModel(
    RunPriceList Of, string Version, ApiList<RunListedPrice> Prices, FormState Form, FormState Text, bool IsDone, DateTimeOffset At);
