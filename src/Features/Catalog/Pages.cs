using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;

namespace Doorbuster.Catalog;

/// <summary>The catalog's answers, made at most once in two seconds each. Null: there is no such thing.</summary>
internal sealed class Pages(CatalogStore store, IClaims claims, TimeProvider clock)
{
    private const int Places = 1_024;    // ~2 MB when all are full lists

    private static readonly TimeSpan Life = TimeSpan.FromSeconds(2);

    private readonly ShortCache<string, Page?> _products = new(Places, Life, clock, page => page?.IsGood(clock.GetUtcNow()) != false);
    private readonly ShortCache<(string? Category, string Attributes, string? Words, long After, int Limit), Page?> _lists =
        new(Places, Life, clock, page => page?.IsGood(clock.GetUtcNow()) != false);

    private readonly ShortCache<(string Sku, string Groups), Page?> _memberProducts =
        new(Places, Life, clock, page => page?.IsGood(clock.GetUtcNow()) != false);
    private readonly ShortCache<(string? Category, string Attributes, string? Words, long After, int Limit, string Groups), Page?> _memberLists =
        new(Places, Life, clock, page => page?.IsGood(clock.GetUtcNow()) != false);

    private readonly ShortCache<string, Page?> _attributes = new(Places, Life, clock);
    private readonly ShortCache<(string After, int Limit), Page?> _categories = new(64, Life, clock);

    /// <param name="groups">Those whoever asks is in; empty for nearly everybody.</param>
    public ValueTask<Page?> Product(string sku, IReadOnlyList<string> groups) => groups.Count == 0
        ? _products.Get(sku, (wanted, cancel) => LoadProduct(wanted, [], cancel))
        : ProductForMembers(sku, groups);

    /// <param name="attributes">Filters, one a line.</param>
    /// <param name="words">As <see cref="TitleWords"/> makes them; null: any title.</param>
    /// <param name="groups">Those whoever asks is in; empty for nearly everybody.</param>
    public ValueTask<Page?> List(
        string? category, string attributes, string? words, long after, int limit, IReadOnlyList<string> groups) =>
        groups.Count == 0
            ? _lists.Get((category, attributes, words, after, limit), (wanted, cancel) => LoadList(wanted, [], cancel))
            : ListForMembers((category, attributes, words, after, limit), groups);

    public ValueTask<Page?> Attributes(string category) => _attributes.Get(category, LoadAttributes);

    public ValueTask<Page?> Categories(string after, int limit) => _categories.Get((after, limit), LoadCategories);

    // Apart, so that nobody else pays for what these keep.
    private ValueTask<Page?> ProductForMembers(string sku, IReadOnlyList<string> groups) => _memberProducts.Get(
        (sku, string.Join(',', groups)), (_, cancel) => LoadProduct(sku, groups, cancel));

    private ValueTask<Page?> ListForMembers(
        (string? Category, string Attributes, string? Words, long After, int Limit) wanted, IReadOnlyList<string> groups) =>
        _memberLists.Get(
            (wanted.Category, wanted.Attributes, wanted.Words, wanted.After, wanted.Limit, string.Join(',', groups)),
            (_, cancel) => LoadList(wanted, groups, cancel));

    private async Task<Page?> LoadProduct(string sku, IReadOnlyList<string> groups, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        return await store.FindProduct(sku, groups, cancel) is { } product
            ? Page.Of(
                GetProduct.Response.From(product, await FreeOf([product], cancel), now), CatalogJson.Default.GetProductResponse,
                product.NextChange(now), AudienceOf(groups))
            : null;
    }

    private async Task<Page?> LoadList(
        (string? Category, string Attributes, string? Words, long After, int Limit) wanted, IReadOnlyList<string> groups,
        CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        if (wanted.Category is not null && !await store.HasCategory(wanted.Category, cancel))
            return null;
        var filters = wanted.Attributes.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(AttributeFilter.Parse).OfType<AttributeFilter>().ToList();
        var (shown, page) = PageInfo.Cut(
            await store.ListProducts(wanted.Category, filters, wanted.Words, wanted.After, wanted.Limit + 1, groups, cancel), wanted.Limit,
            product => PublicId.Format(Catalog.Product.IdPrefix, product.Id));
        var free = await FreeOf(shown, cancel);
        return Page.Of(
            new ListProducts.Response(
                [.. shown.Select(product => GetProduct.Response.From(product, free, now))],
                page),
            CatalogJson.Default.ListProductsResponse,
            shown.Min(product => product.NextChange(now)), AudienceOf(groups));
    }

    private static Audience AudienceOf(IReadOnlyList<string> groups) => groups.Count == 0 ? Audience.NoMembers : Audience.Members;

    private async Task<Page?> LoadAttributes(string category, CancellationToken cancel) =>
        await store.HasCategory(category, cancel)
            ? Page.Of(
                new ListAttributes.Response([.. (await store.ListAttributes(category, cancel)).GroupBy(row => row.Name).Select(attribute =>
                    new ListAttributes.Found(attribute.Key, [.. attribute.Select(row => new ListAttributes.FoundValue(row.Value, row.Products))]))]),
                CatalogJson.Default.ListAttributesResponse)
            : null;

    // What is on sale less what is held and sold, of all variants in one look-up.
    private Task<IReadOnlyDictionary<long, long>> FreeOf(IReadOnlyList<Product> products, CancellationToken cancel) =>
        claims.ListFree([.. products.SelectMany(product => product.Variants).Select(variant => variant.StockPool)], cancel);

    private async Task<Page?> LoadCategories((string After, int Limit) wanted, CancellationToken cancel)
    {
        var (shown, page) = PageInfo.Cut(
            await store.ListCategories(wanted.After, wanted.Limit + 1, cancel), wanted.Limit, row => row.Slug);
        return Page.Of(
            new ListCategories.Response(
                [.. shown.Select(row => new ListCategories.Item(row.Slug, row.Name, row.Parent, row.Products))], page),
            CatalogJson.Default.ListCategoriesResponse);
    }
}
