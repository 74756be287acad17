using System.ComponentModel.DataAnnotations;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Carts;

/// <summary>How goods can be sent to a country, and what it costs.</summary>
internal static class ListShippingMethods
{
    /// <param name="FreeFrom">The price of the goods after discounts from which it is free; null: never.</param>
    public sealed record Method(string Code, string Title, MoneyView Price, MoneyView? FreeFrom);

    public sealed record Response(IReadOnlyList<Method> Data);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/shipping-methods", Handle)
        .ForAnyone()
        .WithName("ListShippingMethods")
        .WithSummary("How goods can be sent to a country, the cheapest way first")
        .Produces<Response>();

    private static async Task<IResult> Handle(
        [RegularExpression(ShippingRate.CountryShape)] string country,
        [RegularExpression(ShippingRate.CurrencyShape)] string currency, HttpContext http, ShippingStore store,
        CancellationToken cancel)
    {
        http.Response.Headers.CacheControl = "public, max-age=5";
        return TypedResults.Ok(new Response(
        [
            .. (await store.MethodsTo(country, currency, cancel)).Select(rate => new Method(
                rate.Method, rate.Title, new(rate.PriceMinor, rate.Currency),
                rate.FreeFromMinor is { } free ? new(free, rate.Currency) : null)),
        ]));
    }
}

/// <summary>The table of shipping rates, for those who run the shop.</summary>
internal static class AdministerShipping
{
    private const string Path = "/api/admin/v1/shipping-rates";

    /// <param name="Country">ISO 3166-1 alpha-2; <c>ZZ</c>: wherever the method has no rate of its own.</param>
    public sealed record Rate(
        string Method, string Country, string Currency, string Title, long PriceMinor, long? FreeFromMinor, int Version);

    public sealed record Response(IReadOnlyList<Rate> Data);

    /// <param name="PriceMinor">In the currency's minor unit.</param>
    /// <param name="FreeFromMinor">Of the goods after discounts; left out: never free.</param>
    public sealed record Request(
        [StringLength(ShippingRate.TitleMax, MinimumLength = 1), RegularExpression(ShippingRate.TitleShape)] string Title,
        [Range(0, ShippingRate.PriceMax)] long PriceMinor, [Range(0, long.MaxValue)] long? FreeFromMinor = null);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, List)
            .ForAdmin().WithName("ListShippingRates").WithTags("Shipping (administration)")
            .WithSummary("All shipping rates")
            .Produces<Response>();
        routes.MapPut(Path + "/{method}/{country}/{currency}", Put)
            .ForAdmin().WithName("PutShippingRate").WithTags("Shipping (administration)")
            .WithSummary("Make or change a shipping rate")
            .WithDescription(
                "`If-Match` with the rate's version as its ETag, `\"3\"`; `If-None-Match: *` to make one that is not there yet.")
            .Produces<Rate>()
            .Refuses(WebProblems.InvalidRequest, Problems.VersionRequired, Problems.VersionOutdated);
        routes.MapDelete(Path + "/{method}/{country}/{currency}", Delete)
            .ForAdmin().WithName("DeleteShippingRate").WithTags("Shipping (administration)")
            .WithSummary("Remove a shipping rate")
            .Refuses(WebProblems.NotFound, Problems.VersionRequired, Problems.VersionOutdated);
    }

    // At most ShippingStore.RatesMax: a table people look through, not a list that grows.
    private static async Task<IResult> List(HttpContext http, ShippingStore store, CancellationToken cancel)
    {
        http.Response.Headers.CacheControl = "private, no-store";
        return TypedResults.Ok(new Response([.. (await store.List(cancel)).Select(Of)]));
    }

    private static async Task<IResult> Put(
        [RegularExpression(ShippingRate.MethodShape)] string method,
        [RegularExpression(ShippingRate.CountryShape)] string country,
        [RegularExpression(ShippingRate.CurrencyShape)] string currency, Request request, HttpContext http,
        ShippingStore store, CancellationToken cancel)
    {
        var isNew = http.Request.Headers.IfNoneMatch is ["*"];
        if (!isNew && http.Request.Headers.IfMatch.Count == 0)
            return Problems.VersionRequired;
        var version = isNew ? 0 : VersionIn(http);
        var rate = new ShippingRate(
            method, country, currency, request.Title.Trim(), request.PriceMinor, request.FreeFromMinor);
        if (version < 0 || !await store.TryWrite(rate, version, cancel))
            return Problems.VersionOutdated;
        rate = rate with { Version = version + 1 };
        EntityTags.SetPrivate(http, rate.Tag);
        return TypedResults.Ok(Of(rate));
    }

    private static async Task<IResult> Delete(
        string method, string country, string currency, HttpContext http, ShippingStore store, CancellationToken cancel)
    {
        if (http.Request.Headers.IfMatch.Count == 0)
            return Problems.VersionRequired;
        return await store.Remove(method, country, currency, VersionIn(http), cancel) switch
        {
            null => WebProblems.NotFound,
            false => Problems.VersionOutdated,
            true => TypedResults.NoContent(),
        };
    }

    private static int VersionIn(HttpContext http) =>
        http.Request.Headers.IfMatch is [['"', .. var digits, '"']]
        && int.TryParse(digits, System.Globalization.CultureInfo.InvariantCulture, out var version) && version > 0
            ? version
            : -1;

    private static Rate Of(ShippingRate rate) => new(
        rate.Method, rate.Country, rate.Currency, rate.Title, rate.PriceMinor, rate.FreeFromMinor, rate.Version);
}
