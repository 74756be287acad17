using Microsoft.AspNetCore.Http;

namespace Doorbuster.Platform.Web;

/// <summary>Why something cannot be bought: the same refusals of carts, checkouts and orders.</summary>
public static class BuyingProblems
{
    public static readonly Problem UnknownSku = new(StatusCodes.Status400BadRequest, "unknown_sku",
        "The shop does not sell one of these.")
    {
        Advice = "`detail` names the stock-keeping unit. Take it from `GET /api/v1/products`.",
    };

    public static readonly Problem NotForSale = new(StatusCodes.Status409Conflict, "not_for_sale",
        "It is not for sale at the moment.")
    {
        Advice = "`sku` names it. Nothing was taken of the other lines either.",
    };

    public static readonly Problem MixedCurrencies = new(StatusCodes.Status409Conflict, "mixed_currencies",
        "One order is paid in one currency.")
    {
        Advice = "Order what is priced in another currency by itself.",
    };

    public static readonly Problem OutOfStock = new(StatusCodes.Status409Conflict, "out_of_stock",
        "There is not enough of it left.")
    {
        Advice = "`sku` names it, `left` how many there are, where it is known. Nothing was "
            + "taken of the other lines either. Ask for fewer, with a new `Idempotency-Key` where one is sent; units "
            + "return when holds run out unpaid.",
    };

    public static readonly Problem NotSettled = new(StatusCodes.Status503ServiceUnavailable, "order_not_settled",
        "The order is accepted but not settled yet.", Retryable: true)
    {
        Advice = "Send the same request with the same `Idempotency-Key` after the `Retry-After`: it continues where it "
            + "stopped.",
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    public static Problem Unknown(string sku) => UnknownSku.With(detail: $"'{sku}' is unknown.");

    public static Problem NotSold(string sku) => NotForSale.With(detail: $"'{sku}' is not for sale.", extensions: ("sku", sku));

    public static Problem NotEnough(string sku) => OutOfStock.With(detail: ShortOf(sku), extensions: ("sku", sku));

    public static Problem NotEnough(string sku, long left) =>
        OutOfStock.With(detail: ShortOf(sku), extensions: [("sku", sku), ("left", left)]);

    private static string ShortOf(string sku) => $"Not enough of '{sku}' is left.";
}
