using Doorbuster.Contracts.Catalog;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.Carts;

/// <summary>
/// What is left of a variant, as far as this process knows without asking: at most a second old, and so a courtesy. Whether the
/// units can be had is decided when they are claimed.
/// </summary>
internal sealed class Shelf(IClaims claims, CartDesk desk, CheckoutStore checkouts)
{
    /// <summary>Units a person can have: those left, and those his own unpaid orders hold, which a new order
    /// replaces. Null: unlimited or not known.</summary>
    public async ValueTask<long?> LeftFor(long person, Variant variant, long wanted, CancellationToken cancel)
    {
        var pool = await claims.FindPool(variant.StockPool, cancel);
        var left = pool is null ? 0 : pool.Left ?? pool.Total;
        return left is null || wanted <= left
            ? left
            : left + await checkouts.UnitsHeld(person, variant.Sku, cancel);
    }

    /// <summary>Changes the cart unless it would then want more of the variant than there is.</summary>
    public async Task<ShelfChange> Change(
        HttpContext http, Person person, Variant variant, Func<Cart, CartChange> decide, CancellationToken cancel)
    {
        var left = await LeftFor(person.Id, variant, wanted: 0, cancel);
        var change = await Try();
        if (change.Outcome == CartOutcome.OutOfStock)
        {
            var reachable = await LeftFor(person.Id, variant, long.MaxValue, cancel);
            if (reachable > left)
            {
                left = reachable;
                change = await Try();
            }
        }
        return new(change, left);

        Task<CartChange> Try() => desk.Change(
            person, http.Request.Headers.IfMatch,
            cart =>
            {
                var changed = decide(cart);
                return changed.Outcome == CartOutcome.Done && changed.Cart.QuantityOf(variant.Sku) > left
                    ? new(CartOutcome.OutOfStock, cart)
                    : changed;
            },
            cancel);
    }
}

/// <param name="Left">Of the variant; null when it is not known.</param>
internal readonly record struct ShelfChange(CartChange Change, long? Left);
