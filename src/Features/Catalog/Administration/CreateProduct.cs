using System.Text.Json;
using Doorbuster.Catalog.Images;
using Doorbuster.Platform;
using Doorbuster.Platform.Messaging;
using Doorbuster.Platform.Web;
using Doorbuster.Contracts.Catalog;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Catalog.Administration;

/// <summary>A new product with its variants and their stock.</summary>
internal static class CreateProduct
{
    /// <param name="Category">The slug of a category that exists.</param>
    /// <param name="Variants">The first one leads: the product is called by its SKU.</param>
    /// <param name="Images">In this order; the first is the main one.</param>
    /// <param name="Attributes">A JSON object of the merchant's own.</param>
    public sealed record Request(
        string Title, string Category, IReadOnlyList<NewVariant.Body> Variants, string Description = "",
        IReadOnlyList<ProductImages.Item>? Images = null, bool Published = true, JsonElement? Attributes = null);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/admin/v1/catalog/products", Handle)
        .ForAdmin().WithName("CreateProduct").WithTags("Catalog (administration)")
        .WithSummary("A new product with its variants and their stock.")
        .Refuses(Problems.SkuTaken, Problems.UnknownCategory, Problems.UnknownImage)
        .Idempotent(CatalogFeature.SchemaName);

    private static async Task<Results<Created<AdminViews.Product>, Problem>> Handle(
        Request request, Person person, IdempotentRequest once, ProductWrites writes, AdminStore store, StockPools pools, ChangeLog log,
        TimeProvider clock, HttpContext http, CancellationToken cancel)
    {
        if (Check(request) is { } wrong)
            return wrong;
        var transaction = once.Transaction;
        if (await ProductWrites.FindCategory(transaction, request.Category, cancel) is not { } category)
            return Problems.UnknownCategory;
        if (!await ImageStore.Keep(transaction, [.. request.Images?.Select(image => image.Address) ?? []], cancel))
            return Problems.UnknownImage;
        var sku = CatalogRow.NormalizeSku(request.Variants[0].Sku)!;
        if (await writes.AddProduct(transaction, sku, request, category, cancel) is not { } product
            || await writes.AddVariants(transaction, product, request.Variants, cancel) is not { } stock)
            return Problems.SkuTaken;
        await pools.Make(transaction, stock, cancel);

        var view = await store.ReadProduct(transaction, product, cancel);
        await log.Note(transaction, person.Id, ChangeLog.OfProduct, sku, null, view, CatalogJson.Default.AdminProduct, cancel);
        await transaction.Publish(new CatalogChanged
        {
            Products = [product],
            What = [Editing.Content, Editing.Price, Editing.Stock],
            At = clock.GetUtcNow(),
        }, cancel);
        http.Response.Headers.ETag = EntityTags.OfVersion(view.Version);
        return TypedResults.Created($"/api/admin/v1/catalog/products/{sku}", view);
    }

    private static Problem? Check(Request request)
    {
        var faults = new Faults().CheckTitle(request.Title).CheckDescription(request.Description).CheckImages(request.Images)
            .Unless(request.Attributes is not { } attributes || Attributes.IsGood(attributes), "attributes", Attributes.Shape)
            .Unless(request.Variants.Count is >= 1 and <= NewVariant.PerProductMax, "variants",
                $"must be 1 to {NewVariant.PerProductMax} variants");
        if (faults.Problem is { } wrong)
            return wrong;
        for (var i = 0; i < request.Variants.Count; i++)
            NewVariant.Check(faults, $"variants[{i}]", request.Variants[i]);
        if (faults.Problem is { } wrongVariant)
            return wrongVariant;
        return faults
            .Unless(request.Variants.DistinctBy(v => v.Sku.ToUpperInvariant()).Count() == request.Variants.Count, "variants",
                "must not name a SKU twice")
            .Unless(!NewVariant.HaveTwins(request.Variants.Select(v => NewVariant.OptionsOf(v.Options))), "variants",
                "must differ in their options")
            .Problem;
    }
}
