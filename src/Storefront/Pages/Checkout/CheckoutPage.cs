using Doorbuster.Platform.Web;
using Doorbuster.Storefront.Api;
using Doorbuster.Storefront.Languages;
using Doorbuster.Storefront.Pages.Cart;
using Doorbuster.Storefront.Pages.Order;
using Doorbuster.Storefront.Parts;
using Doorbuster.Storefront.Rendering;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.Storefront.Pages.Checkout;

/// <summary>
/// Contact, address, delivery, coupons and the total on one page. The order is placed only at a total that was on the page: what
/// is filled in may change it, and then it is shown first.
/// </summary>
internal static class CheckoutPage
{
    private const string CountryUntilToldOtherwise = "GB";

    public static void Map(PageRoutes pages)
    {
        pages.Personal("/checkout", Access.Anyone, _ => Task.FromResult(PageResult.GoTo("/cart")));
        pages.Form("/checkout", Access.Anyone, Begin, shows: "/cart");
        pages.Personal("/checkout/{id}", Access.Guest, Open);
        pages.Form("/checkout/{id}", Access.Guest, Take);
    }

    // The cart; or, with a stock-keeping unit, that alone: "buy now".
    private static async Task<PageResult> Begin(PageRequest request)
    {
        var sku = request.Field("sku");
        var me = (await request.Api.Get("/api/v1/me", StorefrontJson.Default.ApiMe)).Value;
        var address = me is null
            ? null
            : (await request.Api.Get("/api/v1/me/addresses", BuyingJson.Default.ApiAddresses)).Value?.Data
                .FirstOrDefault(one => !string.IsNullOrEmpty(one.PostalCode));
        var wish = new ApiWish
        {
            Items = sku.Length == 0 ? null : [new(sku, Math.Max(1, CartPage.QuantityIn(request)))],
            Email = me?.Email,
            ShipTo = address is null ? null : new(address.Name, address.Line1, address.City, address.PostalCode, address.Country, address.Line2, address.Region),
        };
        var key = Intent.NewKey();
        var answer = await request.AsSomebody(() => request.Api.Send(
            "POST", "/api/v1/checkouts", BuyingJson.Default.ApiCheckout, ShopApi.Json(wish, BuyingJson.Default.ApiWish), key));
        if (answer.Refusal is { } refusal)
            return refusal.Code == "cart_empty"
                ? PageResult.GoTo("/cart")
                : await CartPage.Show(request, sku.Length == 0 ? refusal : CartPage.Naming(refusal, sku));
        var checkout = answer.Value!;
        if (await Methods(request, checkout, checkout.ShipTo?.Country ?? CountryUntilToldOtherwise) is [var first, ..])
            await request.Api.Do(
                "PATCH", PathOf(checkout.Id), ShopApi.Json(new ApiWish { ShippingMethod = first.Code }, BuyingJson.Default.ApiWish));
        return PageResult.GoTo($"/checkout/{checkout.Id}");
    }

    private static async Task<PageResult> Open(PageRequest request)
    {
        var answer = await request.Api.Get(PathOf(request.Route("id")), BuyingJson.Default.ApiCheckout);
        if (answer.Refusal is { } refusal)
            return PageResult.Refused(refusal);
        return answer.Value! is { OrderId: { } order }
            ? PageResult.GoTo($"/orders/{order}")
            : await Show(request, await WalletOf(request), answer.Value!, form: null);
    }

    private static async Task<PageResult> Take(PageRequest request)
    {
        var id = request.Route("id");
        var wallet = await WalletOf(request);
        var wish = CheckoutForm.Wish(request, wallet?.Points);
        if (request.Field("do") == "code" && request.Field("code").Length > 0)
            return await TakeCode(request, wallet, wish);

        var patched = await Patch(request, wish);
        if (patched.Refusal is { } refusal)
            return await Refused(request, wallet, refusal);
        var checkout = patched.Value!;
        if (request.Field("do") is not ("order" or "see"))
            return await Show(request, wallet, checkout, FormState.Sent(request.Form));
        if (CheckoutForm.Missing(request.Form, request.Words) is { Count: > 0 } missing)
            return await Show(
                request, wallet, checkout, FormState.Sent(request.Form) with { Errors = missing },
                StatusCodes.Status422UnprocessableEntity);
        // Nobody pays what he was not shown: address and delivery may just have changed the total.
        if (request.Field("do") == "see" || CheckoutForm.ShownTotal(request.Form) != checkout.Total.Amount)
            return await Show(
                request, wallet, checkout, FormState.Sent(request.Form),
                notice: request.Words["checkout.new_total", Format.Money(checkout.Total.Amount, checkout.Total.Currency, request.Language)]);

        var ordered = await request.Api.Send(
            "POST", PathOf(id) + "/order", BuyingJson.Default.ApiCheckout, key: $"page-{id}");
        return ordered.Refusal is { } notOrdered
            ? await Refused(request, wallet, notOrdered)
            : await Paying.Start(request, ordered.Value!.OrderId!);
    }

    // A code makes a coupon of one's own, which then is ticked.
    private static async Task<PageResult> TakeCode(PageRequest request, ApiWallet? wallet, ApiWish wish)
    {
        var code = request.Field("code");
        var made = await request.Api.Send(
            "POST", "/api/v1/me/coupons", BuyingJson.Default.ApiCouponClaimed, ShopApi.Json(new(code), BuyingJson.Default.ApiCode),
            $"page-{request.Route("id")}-{Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(code))[..Math.Min(60, code.Length * 2)]}");
        if (made.Refusal is { } refusal)
            return await AgainWithCode(request, wallet, refusal);
        // Without a title it is one's own and not written yet; the same code again finds it once it is.
        var coupon = made.Value!;
        var isWritten = coupon.Title is not null;
        var patched = await Patch(request, isWritten ? wish with { Coupons = [.. wish.Coupons ?? [], coupon.Id] } : wish);
        if (patched.Refusal is { } refused)
            return await AgainWithCode(request, wallet, refused);
        var form = FormState.Sent(request.Form);
        return isWritten
            ? await Show(
                request, wallet, patched.Value!,
                form with { Values = form.Values.Where(field => field.Key != "code").ToDictionary() })
            : await Show(request, wallet, patched.Value!, form, notice: request.Words["checkout.code_on_its_way"]);
    }

    private static Task<PageResult> AgainWithCode(PageRequest request, ApiWallet? wallet, ApiRefusal refusal) => Again(
        request, wallet, FormState.Sent(request.Form) with
        {
            Errors = new Dictionary<string, string> { ["code"] = BuyingWords.Of(request.Words, refusal, sku => sku) },
        });

    private static Task<ApiAnswer<ApiCheckout>> Patch(PageRequest request, ApiWish wish) => request.Api.Send(
        "PATCH", PathOf(request.Route("id")), BuyingJson.Default.ApiCheckout, ShopApi.Json(wish, BuyingJson.Default.ApiWish));

    private static async Task<PageResult> Refused(PageRequest request, ApiWallet? wallet, ApiRefusal refusal)
    {
        var form = FormState.Sent(request.Form);
        switch (refusal)
        {
            // Accepted, though not settled yet: the same button goes on with it.
            case { Code: "order_not_settled" }:
                return await Again(request, wallet, form, refusal);
            case { Status: StatusCodes.Status404NotFound or >= 500 }:
                return PageResult.Refused(refusal);
            case { Code: "checkout_closed" }:
                return PageResult.GoTo($"/checkout/{request.Route("id")}");    // which leads to its order
            case { Code: "checkout_incomplete" }:
                return await Again(request, wallet, form with
                {
                    Errors = CheckoutForm.Missing(request.Form, request.Words),
                    Problem = request.Words["problems.checkout_incomplete"],
                });
            case { Code: "coupons_refused" }:
                // Without them, so that the rest of what was filled in holds.
                var without = await Patch(request, CheckoutForm.Wish(request, wallet?.Points) with { Coupons = [] });
                return without.Value is { } open
                    ? await Show(
                        request, wallet, open, form with { Problem = BuyingWords.Of(request.Words, refusal, sku => sku) },
                        StatusCodes.Status422UnprocessableEntity)
                    : PageResult.Refused(without.Refusal!);
            case { Errors.Count: > 0 }:
                return await Again(request, wallet, form with { Errors = CheckoutForm.Errors(refusal, request.Words) });
            default:
                return await Again(request, wallet, form, refusal);
        }
    }

    private static async Task<PageResult> Again(
        PageRequest request, ApiWallet? wallet, FormState form, ApiRefusal? refusal = null)
    {
        var answer = await request.Api.Get(PathOf(request.Route("id")), BuyingJson.Default.ApiCheckout);
        if (answer.Refusal is { } away)
            return PageResult.Refused(away);
        var checkout = answer.Value!;
        if (refusal is not null)
            form = form with
            {
                Problem = BuyingWords.Of(
                    request.Words, refusal, sku => checkout.Items.FirstOrDefault(item => item.Sku == sku)?.Title ?? sku),
            };
        return await Show(
            request, wallet, checkout, form, refusal?.Status ?? StatusCodes.Status422UnprocessableEntity, refusal: refusal);
    }

    private static async Task<PageResult> Show(
        PageRequest request, ApiWallet? wallet, ApiCheckout checkout, FormState? form, int status = StatusCodes.Status200OK,
        string? notice = null, ApiRefusal? refusal = null)
    {
        var country = form?.Values.GetValueOrDefault("country") ?? checkout.ShipTo?.Country ?? CountryUntilToldOtherwise;
        var methods = Methods(request, checkout, country);
        var products = CartPage.Products(request, checkout.Items.Select(item => item.Sku));
        var coupons = await request.Api.Get("/api/v1/me/coupons?state=usable&limit=20", BuyingJson.Default.ApiCoupons);
        return PageResult.View<CheckoutView, CheckoutModel>(
            new(
                checkout, form ?? CheckoutForm.Of(checkout, country), await methods, country, CouponsFor(checkout, coupons),
                wallet?.Points ?? checkout.Points, MoneyFor(checkout, wallet), await products, notice, refusal?.Code),
            status);
    }

    // Those in use are there to be unticked, also when one's own cannot be had just now. Guests have none.
    private static IReadOnlyList<ApiCoupon>? CouponsFor(ApiCheckout checkout, ApiAnswer<ApiCoupons> own)
    {
        if (own.Refusal is { Status: StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden })
            return null;
        var usable = own.Value?.Data ?? [];
        return
        [
            .. usable,
            .. checkout.Coupons.Where(id => usable.All(coupon => coupon.Id != id)).Select(id => new ApiCoupon(
                id, checkout.Adjustments.FirstOrDefault(one => one.Reference == id)?.Title ?? id)),
        ];
    }

    private static ApiMoney? MoneyFor(ApiCheckout checkout, ApiWallet? wallet) => wallet is null
        ? checkout.Adjustments.FirstOrDefault(one => one.Kind == "wallet") is { } used ? used.Amount with { Amount = -used.Amount.Amount } : null
        : wallet.Balances.FirstOrDefault(balance => balance.Currency == checkout.Total.Currency && balance.Amount > 0);

    private static async Task<ApiWallet?> WalletOf(PageRequest request) =>
        (await request.Api.Get("/api/v1/me/wallet", BuyingJson.Default.ApiWallet)).Value;

    private static async Task<IReadOnlyList<ApiShippingMethod>> Methods(PageRequest request, ApiCheckout checkout, string country) =>
        (await request.Api.Get(
            $"/api/v1/shipping-methods?country={Uri.EscapeDataString(country)}&currency={checkout.Total.Currency}",
            BuyingJson.Default.ApiShippingMethods)).Value?.Data ?? [];

    private static string PathOf(string id) => $"/api/v1/checkouts/{Uri.EscapeDataString(id)}";
}

/// <param name="Country">Of the ways of delivery that are shown.</param>
/// <param name="Coupons">One's own; null for guests, who can have none.</param>
/// <param name="Wallet">What is there to pay with; null when there is nothing.</param>
/// <param name="Notice">What became of what was filled in, such as another total, which is shown before anything is ordered.</param>
/// <param name="Refusal">Why it was not ordered.</param>
public sealed record CheckoutModel(
    ApiCheckout Checkout, FormState Form, IReadOnlyList<ApiShippingMethod> Methods, string Country,
    IReadOnlyList<ApiCoupon>? Coupons, long Points, ApiMoney? Wallet, IReadOnlyDictionary<string, ApiProduct> Products,
    string? Notice, string? Refusal)
{
    public bool IsGuest => Coupons is null;

    public string? Method => Methods.Any(method => method.Code == Checkout.ShippingMethod) ? Checkout.ShippingMethod : (Methods.Count > 0 ? Methods[0].Code : null);

    public bool IsComplete => Checkout.Missing.Count == 0;
}
