using System.ComponentModel.DataAnnotations;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Carts;

/// <summary>Say where it goes, how, and what pays: each change is a new quote.</summary>
internal static class ChangeCheckout
{
    private const int TriesMax = 10;

    /// <summary>What is left out stays as it is.</summary>
    /// <param name="Coupons">All of them; an empty list takes them out.</param>
    public sealed record Request(
        [StringLength(Wishes.EmailMax), RegularExpression(Wishes.EmailShape, ErrorMessage = Wishes.EmailAdvice)] string? Email = null,
        Wishes.AddressRequest? ShipTo = null,
        [RegularExpression(ShippingRate.MethodShape)] string? ShippingMethod = null,
        [MaxLength(Wishes.CouponsMax)] IReadOnlyList<string>? Coupons = null,
        [Range(0, 1_000_000_000)] long? Points = null, bool? Wallet = null);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPatch("/api/v1/checkouts/{id}", Handle)
        .ForGuests()
        .WithName("ChangeCheckout")
        .WithSummary("Change where your checkout goes, how, and what pays")
        .WithDescription("Answers a new quote. `If-Match` with the checkout's ETag is heeded where it is sent.")
        .Produces<CheckoutView>()
        .Refuses(
            WebProblems.NotFound, Problems.VersionOutdated, Problems.CheckoutClosed, Problems.InProgress,
            Problems.CouponsRefused, Problems.NoSuchShipping, BuyingProblems.NotForSale,
            BuyingProblems.MixedCurrencies);

    private static async Task<IResult> Handle(
        string id, Request request, Person person, HttpContext http, CheckoutStore store, Pricer pricer,
        CheckoutDesk desk, TimeProvider clock, CancellationToken cancel)
    {
        if (!PublicId.TryParse(Checkout.IdPrefix, id, out var number))
            return WebProblems.NotFound;
        IReadOnlyList<long>? coupons = null;
        if (request.Coupons is not null && Wishes.TryReadCoupons(request.Coupons, out coupons) is { } badCoupons)
            return badCoupons;

        for (var tries = 0; tries < TriesMax; tries++)
        {
            if (await store.Find(number, person.Id, cancel) is not { } checkout)
                return WebProblems.NotFound;
            if (http.Request.Headers.IfMatch is { Count: > 0 } ifMatch && !EntityTags.Matches(ifMatch, checkout.Tag))
                return Problems.VersionOutdated;
            if (checkout.IsDecided)
                return Problems.CheckoutClosed;
            if (checkout.State != CheckoutState.Open)
                return Problems.InProgress;

            var wish = checkout.Wish with
            {
                Email = request.Email ?? checkout.Wish.Email,
                ShipTo = request.ShipTo?.Address ?? checkout.Wish.ShipTo,
                ShippingMethod = request.ShippingMethod ?? checkout.Wish.ShippingMethod,
                Coupons = coupons ?? checkout.Wish.Coupons,
                Points = request.Points ?? checkout.Wish.Points,
                Wallet = request.Wallet ?? checkout.Wish.Wallet,
            };
            var pricing = await pricer.Price(person.Id, person.IsGuest, wish, cancel);
            if (pricing is not Pricing.Priced { Quote: var quote })
                return Wishes.ProblemOf(pricing);
            var changed = desk.Requoted(checkout, wish, quote);
            if (!await store.TryChange(changed, clock.GetUtcNow(), cancel))
                continue;
            changed = changed with { Version = changed.Version + 1 };
            EntityTags.SetPrivate(http, changed.Tag);
            return TypedResults.Ok(CheckoutView.Of(changed));
        }
        return Problems.InProgress;
    }
}
