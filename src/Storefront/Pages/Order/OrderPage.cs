using Doorbuster.Platform.Web;
using Doorbuster.Storefront.Api;
using Doorbuster.Storefront.Pages.Cart;
using Doorbuster.Storefront.Rendering;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.Storefront.Pages.Order;

/// <summary>One order: where it stands, what it waits for, and what its buyer can do. Asks again by itself while it moves.</summary>
internal static class OrderPage
{
    private const string Path = "/orders/{id}";
    private const int ReasonMax = 64;

    public static void Map(PageRoutes pages)
    {
        pages.Personal(Path, Access.Guest, request => Show(request, refusal: null));
        pages.Form(Path + "/pay", Access.Guest, request => Paying.Start(request, request.Route("id")), shows: Path);
        pages.Form(Path + "/cancel", Access.Guest, request => Do(request, "cancellation", body: null), shows: Path);
        pages.Form(Path + "/return", Access.Guest, SendBack, shows: Path);
        pages.Form(Path + "/again", Access.Guest, BuyAgain, shows: "/cart");
    }

    private static async Task<PageResult> Show(PageRequest request, ApiRefusal? refusal)
    {
        var path = $"/api/v1/orders/{Uri.EscapeDataString(request.Route("id"))}";
        var answer = await request.Api.Get(path, BuyingJson.Default.ApiOrder);
        if (answer.Refusal is { } unknown)
            return PageResult.Refused(unknown);
        var order = answer.Value!;
        var payments = order.Total.Amount == 0
            ? []
            : (await request.Api.Get(path + "/payments", BuyingJson.Default.ApiPayments)).Value?.Data ?? [];
        var products = await CartPage.Products(request, order.Lines.Select(line => line.Sku));
        var cameBack = request.Query("from") == Paying.CameBack;
        var problem = refusal is not null
            ? BuyingWords.Of(request.Words, refusal, sku => products.GetValueOrDefault(sku)?.Title ?? sku)
            : request.Query("problem") is { } code ? request.Words.Find($"problems.{code}") ?? request.Words["problems.refused"] : null;
        return PageResult.View<OrderView, OrderModel>(
            new(order, OrderStatus.Of(order, payments, cameBack, request.Context.Now), products, problem, cameBack),
            refusal?.Status ?? StatusCodes.Status200OK);
    }

    private static Task<PageResult> SendBack(PageRequest request)
    {
        var reason = request.Field("reason");
        return Do(request, "return", ShopApi.Json(
            new(reason.Length == 0 ? "not_told" : reason[..Math.Min(reason.Length, ReasonMax)]), BuyingJson.Default.ApiReturn));
    }

    private static async Task<PageResult> Do(PageRequest request, string what, byte[]? body)
    {
        var id = request.Route("id");
        var refusal = await request.Api.Do("POST", $"/api/v1/orders/{Uri.EscapeDataString(id)}/{what}", body);
        return refusal switch
        {
            null => PageResult.GoTo($"/orders/{Uri.EscapeDataString(id)}"),
            _ when refusal.IsHopeless() => PageResult.Refused(refusal),
            _ => await Show(request, refusal),
        };
    }

    // What can no longer be had is left out; the cart says what there is.
    private static async Task<PageResult> BuyAgain(PageRequest request)
    {
        var id = request.Route("id");
        var answer = await request.Api.Get($"/api/v1/orders/{Uri.EscapeDataString(id)}", BuyingJson.Default.ApiOrder);
        if (answer.Refusal is { } unknown)
            return PageResult.Refused(unknown);
        ApiRefusal? refused = null;
        foreach (var line in answer.Value!.Lines)
            if (await request.Api.Do(
                "POST", "/api/v1/cart/items", ShopApi.Json(new(line.Sku, line.Quantity), BuyingJson.Default.ApiCartAddition),
                $"again-{id}-{line.Sku}") is { } refusal)
                refused = CartPage.Naming(refusal, line.Sku);
        return refused is null ? PageResult.GoTo("/cart") : await CartPage.Show(request, refused);
    }
}

/// <param name="Problem">Why what was asked for was not done.</param>
/// <param name="CameBack">From the provider's page.</param>
public sealed record OrderModel(
    ApiOrder Order, OrderStatus Status, IReadOnlyDictionary<string, ApiProduct> Products, string? Problem, bool CameBack);
