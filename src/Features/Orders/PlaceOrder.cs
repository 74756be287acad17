using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using Doorbuster.Contracts.Catalog;
using Doorbuster.Contracts.Orders;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Orders;

/// <summary>Order from ordinary stock: every line is held or none is.</summary>
internal static class PlaceOrder
{
    public const int LinesMax = 50;

    public sealed record Request([MinLength(1), MaxLength(LinesMax)] IReadOnlyList<Line> Lines);

    public sealed record Line([StringLength(64, MinimumLength = 1)] string Sku, [Range(1, 1_000)] int Quantity);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/v1/orders", Handle)
        .WithName("PlaceOrder")
        .WithSummary("Order from ordinary stock")
        .WithDescription(
            "All lines are held for you, or none is. Pay within the time the answer names, or they go back.")
        .Produces<OrderView>(StatusCodes.Status201Created)
        .TakesIdempotencyKey()
        .Refuses(
            BuyingProblems.UnknownSku, BuyingProblems.MixedCurrencies, BuyingProblems.OutOfStock,
            BuyingProblems.NotForSale, BuyingProblems.NotSettled, Problems.KeySpent);

    private static async Task<IResult> Handle(
        Request request, Person person, HttpContext http, ICatalog catalog, OrderStore store,
        OrderDesk desk, CancellationToken cancel)
    {
        if (IdempotencyKey.TryRead(http, out var key) is { } refusal)
            return refusal;
        if (WrongLines(request.Lines) is { } wrong)
            return WebProblems.Invalid(wrong);

        // Placed already under this key: prices and stock of today no longer matter.
        if (await store.FindByKey(person.Id, key, cancel) is { } placed)
            return Answer(http, placed, request.Lines);

        var known = (await catalog.FindVariants([.. request.Lines.Select(line => line.Sku)], person.Id, cancel))
            .ToDictionary(variant => variant.Sku);
        if (request.Lines.FirstOrDefault(line => !known.ContainsKey(line.Sku)) is { } unknown)
            return BuyingProblems.Unknown(unknown.Sku);
        if (known.Values.Select(variant => variant.Currency).Distinct().Count() > 1)
            return BuyingProblems.MixedCurrencies;

        DraftLine[] lines = [.. request.Lines.Select(line => Priced(known[line.Sku], line.Quantity))];
        var purchase = Purchase.Of(person.Id, key, known[lines[0].Sku].Currency, lines);
        return await desk.Place(purchase, cancel) switch
        {
            Placing.Done done => Answer(http, done.Order, request.Lines),
            Placing.OutOfStock { Sku: var sku } => BuyingProblems.NotEnough(sku),
            Placing.NotForSale { Sku: var sku } => BuyingProblems.NotSold(sku),
            Placing.KeyReused => WebProblems.IdempotencyKeyReused,
            Placing.KeySpent => Problems.KeySpent,
            Placing.Unsettled => BuyingProblems.NotSettled,
            _ => throw new UnreachableException(),
        };
    }

    private static DraftLine Priced(Variant variant, int quantity) =>
        new(variant.Sku, variant.Title, quantity, variant.PriceMinor, variant.StockPool);

    private static IResult Answer(HttpContext http, Order order, IReadOnlyList<Line> asked)
    {
        var isSame = order.Lines.Count == asked.Count && asked.All(line =>
            order.Lines.Any(held => held.Sku == line.Sku && held.Quantity == line.Quantity));
        if (!isSame)
            return WebProblems.IdempotencyKeyReused;
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Created(
            $"/api/v1/orders/{PublicId.Format("ord", order.Id)}", OrderView.Of(order, withHistory: false));
    }

    // What the validation of single fields cannot see; it passes over a line that is null, too.
    private static Dictionary<string, string[]>? WrongLines(IReadOnlyList<Line?> lines)
    {
        var seen = new HashSet<string>(lines.Count, StringComparer.Ordinal);
        var wrong = new Dictionary<string, string[]>();
        for (var i = 0; i < lines.Count; i++)
        {
            if (lines[i] is not { } line)
                wrong[$"lines[{i}]"] = ["must not be null"];
            else if (!seen.Add(line.Sku))
                wrong[$"lines[{i}].sku"] = [$"'{line.Sku}' is in another line already"];
        }
        return wrong.Count > 0 ? wrong : null;
    }
}
