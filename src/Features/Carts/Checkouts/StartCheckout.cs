using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Doorbuster.Contracts.Catalog;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Doorbuster.Carts;

/// <summary>Ask what it all costs: the cart, or things named here ("buy now").</summary>
internal static class StartCheckout
{
    /// <param name="Items">Left out: what is in the cart.</param>
    /// <param name="Coupons">Your coupons, in the order in which they are applied.</param>
    /// <param name="Points">Points to spend at most.</param>
    /// <param name="Wallet">Whether the wallet pays as much as it can.</param>
    public sealed record Request(
        [MinLength(1), MaxLength(Cart.LinesMax)] IReadOnlyList<Item>? Items = null,
        [StringLength(Wishes.EmailMax), RegularExpression(Wishes.EmailShape, ErrorMessage = Wishes.EmailAdvice)] string? Email = null,
        Wishes.AddressRequest? ShipTo = null,
        [RegularExpression(ShippingRate.MethodShape)] string? ShippingMethod = null,
        [MaxLength(Wishes.CouponsMax)] IReadOnlyList<string>? Coupons = null,
        [Range(0, 1_000_000_000)] long Points = 0, bool Wallet = false);

    public sealed record Item([StringLength(64, MinimumLength = 1)] string Sku, [Range(1, Cart.UnitsMax)] int Quantity);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/v1/checkouts", Handle)
        .ForGuests()
        .WithName("StartCheckout")
        .WithSummary("A quote for your cart, or for what you name")
        .WithDescription(
            "Nothing is held or taken by it. The quote is good until `expiresAt`; a price that changes before the order is "
            + "placed is said then, and never charged silently.")
        .Produces<CheckoutView>(StatusCodes.Status201Created)
        .TakesIdempotencyKey()
        .Refuses(
            Problems.CartEmpty, BuyingProblems.UnknownSku, BuyingProblems.NotForSale, BuyingProblems.OutOfStock,
            BuyingProblems.MixedCurrencies, Problems.CouponsRefused, Problems.NoSuchShipping);

    private static async Task<IResult> Handle(
        Request request, Person person, HttpContext http, ICatalog catalog, CartStore carts, CheckoutStore store,
        Pricer pricer, Shelf shelf, Ids ids, TimeProvider clock, IOptions<CartsOptions> options, CancellationToken cancel)
    {
        if (IdempotencyKey.TryRead(http, out var key) is { } badKey)
            return badKey;
        if (Wishes.TryReadCoupons(request.Coupons ?? [], out var coupons) is { } badCoupons)
            return badCoupons;

        var asked = Addition.Short(JsonSerializer.Serialize(request, CartsJson.Default.StartRequest));
        var (items, cart, refusal) = request.Items is { } named
            ? await Named(named, catalog, cancel)
            : await InCart(person, carts, cancel);
        if (refusal is null)
        {
            var wish = new Wish
            {
                Items = items,
                Email = request.Email,
                ShipTo = request.ShipTo?.Address,
                ShippingMethod = request.ShippingMethod,
                Coupons = coupons,
                Points = request.Points,
                Wallet = request.Wallet,
            };
            var pricing = await pricer.Price(person.Id, person.IsGuest, wish, cancel);
            refusal = pricing is Pricing.Priced { Quote: var quote }
                ? await ShortOf(quote, person, catalog, shelf, cancel)
                : Wishes.ProblemOf(pricing);
            if (refusal is null && pricing is Pricing.Priced priced)
            {
                var now = clock.GetUtcNow();
                var checkout = new Checkout
                {
                    Id = ids.NextFor(person.Id),
                    Person = person.Id,
                    IsGuest = person.IsGuest,
                    CartVersion = cart?.Version,
                    RequestKey = key,
                    Asked = asked,
                    Wish = wish,
                    Quote = priced.Quote,
                    ExpiresAt = now + options.Value.QuoteLife,
                    MadeAt = now,
                };
                if (await store.TryAdd(checkout, cancel))
                    return Answer(http, checkout);
            }
        }

        // What refuses now may be that it was done before: then the cart is empty and the stock taken.
        return await store.FindByKey(person.Id, key, cancel) switch
        {
            null => refusal ?? WebProblems.IdempotencyKeyInUse,
            { Asked: var before } when before != asked => WebProblems.IdempotencyKeyReused,
            var earlier => Replay(http, earlier),
        };
    }

    private static async Task<(IReadOnlyList<WishedItem>, Cart?, Problem?)> Named(
        IReadOnlyList<Item?> named, ICatalog catalog, CancellationToken cancel)
    {
        var items = new List<WishedItem>(named.Count);
        for (var i = 0; i < named.Count; i++)
        {
            if (named[i] is not { } item)
                return ([], null, WebProblems.Invalid($"items[{i}]", "must not be null"));
            if (await catalog.FindVariant(item.Sku, cancel) is not { } variant)
                return ([], null, BuyingProblems.Unknown(item.Sku));
            if (items.Exists(one => one.Sku == variant.Sku))
                return ([], null, WebProblems.Invalid($"items[{i}].sku", $"'{item.Sku}' is in another item already"));
            items.Add(new(variant.Sku, item.Quantity));
        }
        return (items, null, null);
    }

    private static async Task<(IReadOnlyList<WishedItem>, Cart?, Problem?)> InCart(
        Person person, CartStore carts, CancellationToken cancel) =>
        await carts.Find(person.Id, cancel) is { Lines.Count: > 0 } cart
            ? ([.. cart.Lines.Select(line => new WishedItem(line.Sku, line.Quantity))], cart, null)
            : ([], null, Problems.CartEmpty);

    private static async Task<Problem?> ShortOf(
        Quote quote, Person person, ICatalog catalog, Shelf shelf, CancellationToken cancel)
    {
        foreach (var line in quote.Lines)
            if (await catalog.FindVariant(line.Sku, cancel) is { } variant
                && await shelf.LeftFor(person.Id, variant, line.Quantity, cancel) is { } left && left < line.Quantity)
                return BuyingProblems.NotEnough(line.Sku, left);
        return null;
    }

    private static Created<CheckoutView> Replay(HttpContext http, Checkout checkout)
    {
        http.Response.Headers["Idempotent-Replayed"] = "true";
        return Answer(http, checkout);
    }

    private static Created<CheckoutView> Answer(HttpContext http, Checkout checkout)
    {
        EntityTags.SetPrivate(http, checkout.Tag);
        return TypedResults.Created(
            $"/api/v1/checkouts/{Checkout.PublicIdOf(checkout.Id)}", CheckoutView.Of(checkout));
    }
}
