using System.Diagnostics;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Carts;

/// <summary>Order what was quoted, at the price that was quoted.</summary>
internal static class OrderCheckout
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/v1/checkouts/{id}/order", Handle)
        .ForGuests()
        .WithName("OrderCheckout")
        .WithSummary("Order what your checkout quotes")
        .WithDescription(
            "Holds the stock of every line, takes coupons, points and wallet, or does nothing of it. A checkout makes one "
            + "order: asking again answers the same one. Your own unpaid orders that hold what is needed, and the order of "
            + "another checkout of the same cart, are replaced. Pay by `POST /api/v1/orders/{id}/payments`.")
        .Produces<CheckoutView>(StatusCodes.Status201Created)
        .TakesIdempotencyKey()
        .Refuses(
            WebProblems.NotFound, Problems.Incomplete, Problems.PriceChanged, Problems.QuoteExpired,
            BuyingProblems.OutOfStock, BuyingProblems.NotForSale, Problems.NoSuchShipping, Problems.CouponTaken,
            Problems.CartOrdered, Problems.InProgress, BuyingProblems.NotSettled, Problems.CheckoutSpent);

    private static async Task<IResult> Handle(
        string id, Person person, HttpContext http, CheckoutDesk desk, CancellationToken cancel)
    {
        if (IdempotencyKey.TryRead(http, out _) is { } badKey)    // the checkout itself is what makes it once
            return badKey;
        if (!PublicId.TryParse(Checkout.IdPrefix, id, out var number))
            return WebProblems.NotFound;
        switch (await desk.Order(number, person.Id, cancel))
        {
            case Ordering.Done { Checkout: var made, IsNew: var isNew }:
                if (!isNew)
                    http.Response.Headers["Idempotent-Replayed"] = "true";
                EntityTags.SetPrivate(http, made.Tag);
                return TypedResults.Created(
                    $"/api/v1/orders/{PublicId.Format("ord", made.Order!.Value)}", CheckoutView.Of(made));
            case Ordering.NotFound: return WebProblems.NotFound;
            case Ordering.Incomplete { Missing: var missing }:
                return Problems.Incomplete.With(detail: string.Join(", ", missing));
            case Ordering.PriceChanged { OldTotalMinor: var old, Checkout: var requoted }:
                EntityTags.SetPrivate(http, requoted.Tag);
                return Problems.PriceChanged.With(extensions:
                [
                    ("oldTotal", new Money(old, requoted.Quote.Currency)),
                    ("newTotal", new Money(requoted.Quote.TotalMinor, requoted.Quote.Currency)),
                    ("checkout", CheckoutView.ElementOf(requoted)),
                ]);
            case Ordering.QuoteExpired { Checkout: var requoted }:
                EntityTags.SetPrivate(http, requoted.Tag);
                return Problems.QuoteExpired.With(extensions: ("checkout", CheckoutView.ElementOf(requoted)));
            case Ordering.NotForSale { Sku: var sku }: return BuyingProblems.NotSold(sku);
            case Ordering.OutOfStock { Sku: var sku }: return BuyingProblems.NotEnough(sku);
            case Ordering.NoSuchShipping: return Problems.NoSuchShipping;
            case Ordering.CouponTaken: return Problems.CouponTaken;
            case Ordering.CartOrdered { Order: var order }:
                return Problems.CartOrdered.With(
                    detail: $"It is order '{PublicId.Format("ord", order)}'.", extensions: ("orderId", PublicId.Format("ord", order)));
            case Ordering.InProgress: return Problems.InProgress;
            case Ordering.Unsettled: return BuyingProblems.NotSettled;
            case Ordering.Spent: return Problems.CheckoutSpent;
            default: throw new UnreachableException();
        }
    }
}
