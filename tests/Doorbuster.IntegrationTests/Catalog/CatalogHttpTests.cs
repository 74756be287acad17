using Doorbuster.Catalog;
using Doorbuster.Catalog.Demo;
using Doorbuster.Catalog.Import;
using Doorbuster.IntegrationTests.Web;
using Doorbuster.Tests.Web;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.IntegrationTests.Catalog;

/// <summary>The catalog's endpoints with the demonstration's goods, for the tests of a class.</summary>
public sealed class DemoCatalog(SharedStores stores) : IAsyncLifetime
{
    private readonly Database _database = new(stores);

    internal TinyShop Shop { get; private set; } = null!;

    internal SkippingClock Clock { get; } = new();

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        Shop = await HttpShop.Start(_database.Addresses, Clock, hasNamedPeople: false, new CatalogFeature());
        await Shop.Services.GetRequiredService<CatalogImport>().FromRows(DemoShop.Rows(), "demo", CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await Shop.DisposeAsync();
        await _database.DisposeAsync();
    }
}

public sealed class CatalogHttpTests(DemoCatalog demo) : IClassFixture<DemoCatalog>
{
    private readonly TinyShop _shop = demo.Shop;

    [Fact]
    public async Task Paging_through_the_list_shows_every_product_once()
    {
        var (seen, path) = (new List<string>(), "/api/v1/products?limit=37");
        for (var next = path; next is not null;)
        {
            var page = (await Get(next)).Json;
            seen.AddRange(page.GetProperty("data").EnumerateArray().Select(product => product.GetProperty("sku").GetString()!));
            var info = page.GetProperty("page");
            next = info.GetProperty("hasMore").GetBoolean() ? $"{path}&after={info.GetProperty("nextCursor").GetString()}" : null;
        }
        string[] added = [.. DemoShop.Rows().Where(row => row.Leads).Select(row => row.Sku)];
        Assert.Equal(added, seen.Take(added.Length));    // in the order they were added; other tests add more
        Assert.Equal(seen.Count, seen.Distinct().Count());
        Assert.Equal(40, (await Get("/api/v1/products")).Json.GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task A_category_lists_its_own_and_what_is_below_it()
    {
        var categories = (await Get("/api/v1/categories")).Json.GetProperty("data").EnumerateArray().ToArray();
        Assert.Equal(12, categories.Count(category => !category.GetProperty("slug").GetString()!.StartsWith("top", StringComparison.Ordinal)));
        var kitchen = Assert.Single(categories, category => category.GetProperty("slug").GetString() == "kitchen");
        Assert.Equal(19, kitchen.GetProperty("products").GetInt32());
        Assert.Equal(19, (await Get("/api/v1/products?category=kitchen&limit=100")).Json.GetProperty("data").GetArrayLength());

        CatalogRow[] rows =
        [
            new() { Sku = "T-1", Product = "T-1", Title = "Top", Category = "Top", PriceMinor = 100, Currency = "GBP", Stock = 1 },
            new() { Sku = "T-2", Product = "T-2", Title = "Below", Category = "Top > Middle > Below", PriceMinor = 100, Currency = "GBP", Stock = 1 },
        ];
        await _shop.Services.GetRequiredService<CatalogImport>().FromRows(rows, "tree", CancellationToken.None);
        Assert.Equal(["T-1", "T-2"], Skus(await Get("/api/v1/products?category=top")));
        Assert.Equal(["T-2"], Skus(await Get("/api/v1/products?category=top.middle")));
    }

    [Fact]
    public async Task A_product_is_found_by_any_of_its_SKUs_and_is_sent_again_only_when_it_changed()
    {
        var byOne = await Get("/api/v1/products/KIT-002-SMALL");
        Assert.Equal(byOne.Body, (await Get("/api/v1/products/kit-002-large")).Body);
        Assert.Equal(1, byOne.Json.GetProperty("version").GetInt32());
        Assert.StartsWith("public, max-age=", byOne.Headers["Cache-Control"], StringComparison.Ordinal);
        Assert.Equal(2, byOne.Json.GetProperty("variants").GetArrayLength());
        Assert.EndsWith("Z", byOne.Json.GetProperty("updatedAt").GetString(), StringComparison.Ordinal);

        var tag = byOne.Headers["ETag"];
        var known = await Get("/api/v1/products/KIT-002-SMALL", ("If-None-Match", tag));
        Assert.Equal((304, "", tag), (known.Status, known.Body, known.Headers["ETag"]));

        var row = DemoShop.Rows().Single(row => row.Sku == "KIT-002-LARGE") with { PriceMinor = 1 };
        await _shop.Services.GetRequiredService<CatalogImport>().FromRows([row], "change", CancellationToken.None);
        demo.Clock.Skip(TimeSpan.FromSeconds(3));    // what is remembered for seconds is forgotten
        await Eventually.IsTrue(
            async () => (await Get("/api/v1/products/KIT-002-SMALL", ("If-None-Match", tag))) is { Status: 200, Json: var changed }
                && changed.GetProperty("version").GetInt32() == 2,
            "the new version is sent");
    }

    [Theory]
    [InlineData("/api/v1/products?limit=20")]
    [InlineData("/api/v1/categories")]
    [InlineData("/images/demo/KIT-002.svg")]
    public async Task Lists_and_pictures_are_sent_again_only_when_they_changed(string path)
    {
        var first = await Get(path);
        Assert.Equal(200, first.Status);
        Assert.Equal(304, (await Get(path, ("If-None-Match", first.Headers["ETag"]))).Status);
        Assert.Equal(200, (await Get(path, ("If-None-Match", "\"other\""))).Status);
    }

    [Theory]
    [InlineData(400, "invalid_request", "/api/v1/products?limit=0")]
    [InlineData(400, "invalid_request", "/api/v1/products?limit=101")]
    [InlineData(400, "invalid_request", "/api/v1/products?limit=-1")]
    [InlineData(400, "invalid_request", "/api/v1/products?limit=many")]
    [InlineData(400, "invalid_request", "/api/v1/products?limit=99999999999")]
    [InlineData(400, "invalid_request", "/api/v1/products?after=prd_")]
    [InlineData(400, "invalid_request", "/api/v1/products?after=usr_0000000000001")]
    [InlineData(400, "invalid_request", "/api/v1/products?after=%00")]
    [InlineData(400, "invalid_request", "/api/v1/products?category=")]
    [InlineData(404, "category_not_found", "/api/v1/products?category=nowhere")]
    [InlineData(404, "category_not_found", "/api/v1/products?category=%00")]
    [InlineData(404, "category_not_found", "/api/v1/products?category='%20or%201=1")]
    [InlineData(404, "product_not_found", "/api/v1/products/NOTHING")]
    [InlineData(404, "product_not_found", "/api/v1/products/..%2f..%2fetc")]
    [InlineData(404, "image_not_found", "/images/demo/NOTHING.svg")]
    [InlineData(404, "image_not_found", "/images/demo/%3Cscript%3E.svg")]
    public async Task Nonsense_is_refused(int status, string code, string path)
    {
        var answer = await Get(path);
        Assert.Equal((status, code), (answer.Status, answer.Code));
    }

    private Task<TinyShop.Answer> Get(string path, params (string Name, string Value)[] headers) =>
        _shop.Send(HttpMethod.Get, path, headers: headers);

    private static IEnumerable<string?> Skus(TinyShop.Answer list) =>
        list.Json.GetProperty("data").EnumerateArray().Select(product => product.GetProperty("sku").GetString());
}
