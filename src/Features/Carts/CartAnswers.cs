using System.Diagnostics;
using Doorbuster.Contracts.Catalog;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.Carts;

/// <summary>What became of a change of a cart, as HTTP.</summary>
internal static class CartAnswers
{
    public static readonly Problem[] Refusals =
    [
        Problems.TooManyLines, Problems.TooManyUnits, BuyingProblems.MixedCurrencies, Problems.VersionOutdated,
        WebProblems.IdempotencyKeyReused,
    ];

    public static Task<IResult> Of(
        HttpContext http, ShelfChange change, ICatalog catalog, CancellationToken cancel) =>
        change.Change.Outcome == CartOutcome.OutOfStock
            ? Task.FromResult<IResult>(change.Left is { } left
                ? BuyingProblems.OutOfStock.With(extensions: ("left", left))
                : BuyingProblems.OutOfStock)
            : Of(http, change.Change, catalog, cancel);

    public static async Task<IResult> Of(
        HttpContext http, CartChange change, ICatalog catalog, CancellationToken cancel)
    {
        switch (change.Outcome)
        {
            case CartOutcome.Done or CartOutcome.Unchanged:
                EntityTags.SetPrivate(http, change.Cart.Tag);
                return TypedResults.Ok(await CartView.Of(change.Cart, catalog, cancel));
            case CartOutcome.KeyReused: return WebProblems.IdempotencyKeyReused;
            case CartOutcome.NotInCart: return Problems.NotInCart;
            case CartOutcome.TooManyLines: return Problems.TooManyLines;
            case CartOutcome.TooManyUnits: return Problems.TooManyUnits;
            case CartOutcome.OtherCurrency: return BuyingProblems.MixedCurrencies;
            case CartOutcome.Stale: return Problems.VersionOutdated;
            default: throw new UnreachableException();
        }
    }
}
