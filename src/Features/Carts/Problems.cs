using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.Carts;

internal static class Problems
{
    public static readonly Problem TooManyLines = new(StatusCodes.Status409Conflict, "cart_full",
        "A cart has at most 50 different items.")
    {
        Advice = "Order what is there first, or take something out.",
    };

    public static readonly Problem TooManyUnits = new(StatusCodes.Status409Conflict, "too_many_units",
        "A cart has at most 1,000 units of one item.")
    {
        Advice = "Order in several steps.",
    };

    public static readonly Problem NotInCart = new(StatusCodes.Status404NotFound, "not_in_cart",
        "This item is not in your cart.")
    {
        Advice = "`POST /api/v1/cart/items` puts it in. What is no longer for sale can only be taken out.",
    };

    public static readonly Problem VersionOutdated = new(StatusCodes.Status412PreconditionFailed, "changed_meanwhile",
        "It was changed meanwhile.")
    {
        Advice = "Read it again, and send the change with the ETag of that answer in `If-Match`.",
    };

    public static readonly Problem VersionRequired = new(StatusCodes.Status428PreconditionRequired, "if_match_required",
        "The request needs an If-Match header.")
    {
        Advice = "Read it first, and send its ETag in `If-Match`; `*` for what is not there yet.",
    };

    public static readonly Problem NotAGuest = new(StatusCodes.Status400BadRequest, "not_a_guest",
        "This is not the token of a guest.")
    {
        Advice = "Send the token that `POST /api/v1/guests` gave, within the 30 days it is good for.",
    };

    public static readonly Problem CartEmpty = new(StatusCodes.Status409Conflict, "cart_empty", "Your cart is empty.")
    {
        Advice = "Put something in, or send `items` to buy without the cart.",
    };

    public static readonly Problem CouponsRefused = new(StatusCodes.Status409Conflict, "coupons_refused",
        "A coupon cannot be used here.")
    {
        Advice = "`errors` names each coupon and why: `coupon_unknown`, `coupon_expired`, `coupon_used`, "
            + "`coupon_not_applicable`, `coupon_minimum_not_met` or `coupon_not_stackable`. Nothing was changed.",
    };

    public static readonly Problem NoSuchShipping = new(StatusCodes.Status409Conflict, "shipping_unavailable",
        "Nothing is shipped there this way.")
    {
        Advice = "`GET /api/v1/shipping-methods` lists what there is for a country and a currency.",
    };

    public static readonly Problem Incomplete = new(StatusCodes.Status409Conflict, "checkout_incomplete",
        "The checkout lacks something.")
    {
        Advice = "`missing` of the checkout names it: `shipTo`, `shippingMethod`, `email`. Send it by `PATCH`.",
    };

    public static readonly Problem PriceChanged = new(StatusCodes.Status409Conflict, "price_changed",
        "The price has changed since the quote.")
    {
        Advice = "`oldTotal` is what was quoted, `newTotal` what it costs now, `checkout` the new quote. Show it, and order "
            + "again if it is agreed to. Nothing was taken.",
    };

    public static readonly Problem QuoteExpired = new(StatusCodes.Status409Conflict, "quote_expired",
        "The quote has expired.")
    {
        Advice = "`checkout` is the new quote. Show it, and order again if it is agreed to. Nothing was taken.",
    };

    public static readonly Problem CheckoutClosed = new(StatusCodes.Status409Conflict, "checkout_closed",
        "This checkout was ordered already.")
    {
        Advice = "`GET /api/v1/checkouts/{id}` names its order. What is wanted besides needs a checkout of its own.",
    };

    public static readonly Problem CartOrdered = new(StatusCodes.Status409Conflict, "cart_ordered",
        "This cart was ordered and paid already.")
    {
        Advice = "`orderId` names the order; another window may have placed it. What is wanted besides needs a checkout of "
            + "its own.",
    };

    public static readonly Problem CouponTaken = new(StatusCodes.Status409Conflict, "coupon_taken",
        "A coupon was taken by another order meanwhile.")
    {
        Advice = "Take it out by `PATCH`, or cancel the order that has it. Nothing was taken.",
    };

    public static readonly Problem InProgress = new(StatusCodes.Status409Conflict, "order_in_progress",
        "The order of this checkout is being placed.", Retryable: true)
    {
        Advice = "Send the same request again after `Retry-After`: it gets the answer.",
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    public static readonly Problem CheckoutSpent = new(StatusCodes.Status409Conflict, "checkout_spent",
        "This checkout was tried too often.")
    {
        Advice = "Its units were held and let go several times. Start a new checkout.",
    };
}
