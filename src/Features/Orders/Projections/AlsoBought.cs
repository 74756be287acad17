using System.ComponentModel.DataAnnotations;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Orders.Projections;

/// <summary>What was paid for together with a product, in the same order; remembered for as long as clients may.</summary>
internal sealed class AlsoBought(ProjectionStore store, TimeProvider clock)
{
    private const int SkusMax = 50;
    private const int SkuLengthMax = 64;
    private const int LimitDefault = 8;
    private const int LimitMax = 40;
    private const int Places = 2_048;    // ~4 MB when all are full
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(1);

    private readonly ShortCache<string, IReadOnlyList<Item>> _known = new(Places, Life, clock);

    internal sealed record Response(IReadOnlyList<Item> Data);

    internal sealed record Item(string Sku);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/also-bought", Handle).WithName("ListAlsoBought")
        .WithSummary("What people bought together with a product, the most often bought first.")
        .WithTags("Orders").ForAnyone();

    /// <param name="sku">The product's SKUs, one of each of its variants; up to 50.</param>
    private static async Task<Results<Ok<Response>, Problem>> Handle(
        HttpContext http, AlsoBought also, [Required] string[] sku, CancellationToken cancel,
        [Range(1, LimitMax)] int limit = LimitDefault)
    {
        if (sku.Length is 0 or > SkusMax
            || sku.Any(one => one.Length is 0 or > SkuLengthMax || one.Contains('\0', StringComparison.Ordinal)))
            return WebProblems.Invalid("sku", $"must be 1 to {SkusMax} SKUs of 1 to {SkuLengthMax} characters");
        var others = await also.With(sku).WaitAsync(cancel);
        http.Response.Headers.CacheControl = "public, max-age=60, stale-while-revalidate=600";
        return TypedResults.Ok(new Response([.. others.Take(limit)]));
    }

    private Task<IReadOnlyList<Item>> With(string[] skus)
    {
        string[] asked = [.. skus.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return _known.Get(string.Join('\0', asked), async (_, cancel) =>
            [.. (await store.BoughtWith(asked, LimitMax, cancel)).Select(other => new Item(other))]).AsTask();
    }
}
