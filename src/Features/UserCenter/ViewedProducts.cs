using System.Text.Json;
using Doorbuster.Contracts.Catalog;
using Doorbuster.Contracts.People;
using Doorbuster.Platform;

namespace Doorbuster.UserCenter;

internal sealed record ViewedProduct(string Sku, string Title, MoneyView Price);

internal sealed record ViewedProducts(IReadOnlyList<ViewedProduct> Data);

/// <summary>The recent views as products of today: what is no longer for sale is left out.</summary>
internal sealed class RecentlyViewed(RecentViews views, ICatalog catalog) : IOverviewPart, IPersonalData
{
    public const string PartName = "recentlyViewed";

    private const int InOverview = 10;

    public string Name => PartName;

    public async Task<IReadOnlyList<ViewedProduct>> List(long person, int count, CancellationToken cancel)
    {
        var skus = await views.List(person);
        var variants = (await catalog.FindVariants(skus, person, cancel)).ToDictionary(variant => variant.Sku);
        return
        [
            .. skus.Select(variants.GetValueOrDefault).OfType<Variant>().Take(count)
                .Select(variant => new ViewedProduct(variant.Sku, variant.Title, new(variant.PriceMinor, variant.Currency))),
        ];
    }

    public async Task<ReadOnlyMemory<byte>> Load(
        long person, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> needed, CancellationToken cancel) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new ViewedProducts(await List(person, InOverview, cancel)), UserCenterJson.Default.ViewedProducts);

    public async Task<ReadOnlyMemory<byte>> Export(long person, CancellationToken cancel) =>
        JsonSerializer.SerializeToUtf8Bytes(await views.List(person), UserCenterJson.Default.IReadOnlyListString);
}
