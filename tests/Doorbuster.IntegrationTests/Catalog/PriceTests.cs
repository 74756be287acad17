using Doorbuster.Platform.Postgres;
using Doorbuster.Catalog;
using Doorbuster.Catalog.Import;
using Doorbuster.Contracts.Catalog;
using Doorbuster.IntegrationTests.Web;
using Doorbuster.Tests;
using Doorbuster.Tests.Web;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.IntegrationTests.Catalog;

public sealed class PriceTests(Database database) : IClassFixture<Database>, IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly ManualClock _clock = new();
    private TinyShop _shop = null!;

    public async ValueTask InitializeAsync()
    {
        _shop = await HttpShop.Start(database.Addresses, _clock, hasNamedPeople: false, new CatalogFeature());
        await database.Sql.Execute(
            "truncate catalog.price_lists, catalog.list_prices, catalog.timed_prices, catalog.tax_rules, catalog.variants, catalog.products, catalog.categories", None);
        await _shop.Services.GetRequiredService<CatalogImport>().FromRows(
            [Row("MUG", "MUG", 20_00), Row("MUG-L", "MUG", 25_00), Row("HAT", "HAT", 10_00)], "test", None);
    }

    public ValueTask DisposeAsync() => _shop.DisposeAsync();

    [Fact]
    public async Task A_price_counts_from_its_first_instant_until_before_its_last_though_nobody_touches_a_row()
    {
        var start = _clock.GetUtcNow().AddHours(1);
        await Timed("MUG", 15_00, start, start.AddHours(2));
        var before = await Get("/api/v1/products/MUG");
        Assert.Equal((20_00, 20_00), PricesOf(before));
        Assert.Equal(start, Mug(before).GetProperty("priceUntil").GetDateTimeOffset());

        _clock.Pass(TimeSpan.FromHours(1) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(304, (await Get("/api/v1/products/MUG", before.Headers["ETag"])).Status);
        Assert.Equal(20_00, await PriceOf("MUG"));

        _clock.Pass(TimeSpan.FromMilliseconds(1));
        var during = await Get("/api/v1/products/MUG", before.Headers["ETag"]);
        Assert.Equal((200, (15_00, 20_00)), (during.Status, PricesOf(during)));
        Assert.Equal((15_00, 20_00), PricesOf(await Get("/api/v1/products?limit=1")));    // in lists too
        var mug = (await Catalog.FindVariant("MUG", None))!;
        Assert.Equal((15_00L, 20_00L), (mug.PriceMinor, mug.ListPriceMinor));
        var terms = await _shop.Services.GetServices<IPricedPools>().OfType<CatalogLookup>().Single().FindTerms(mug.StockPool, None);
        Assert.Equal(15_00, terms!.PriceMinor);

        _clock.Pass(TimeSpan.FromHours(2) - TimeSpan.FromTicks(10));
        Assert.Equal(15_00, await PriceOf("MUG"));
        _clock.Pass(TimeSpan.FromTicks(10));
        Assert.Equal(20_00, await PriceOf("MUG"));
        var after = await Get("/api/v1/products/MUG", during.Headers["ETag"]);
        Assert.Equal((200, (20_00, 20_00)), (after.Status, PricesOf(after)));
    }

    [Fact]
    public async Task What_stands_between_may_not_show_a_price_for_longer_than_it_counts()
    {
        await Timed("MUG", 15_00, _clock.GetUtcNow().AddSeconds(60), null);
        Assert.Contains("max-age=5, stale-while-revalidate", await CacheControl(), StringComparison.Ordinal);
        _clock.PassSeconds(57.5);
        Assert.StartsWith("public, max-age=2, stale-if-error", await CacheControl(), StringComparison.Ordinal);
        _clock.PassSeconds(2.5);
        Assert.Contains("max-age=5, stale-while-revalidate", await CacheControl(), StringComparison.Ordinal);

        async Task<string> CacheControl() => (await Get("/api/v1/products/MUG")).Headers["Cache-Control"];
    }

    [Fact]
    public async Task Of_several_prices_the_lowest_counts_and_none_makes_anything_dearer()
    {
        var now = _clock.GetUtcNow();
        await Timed("MUG", 30_00, null, null);
        Assert.Equal(20_00, await PriceOf("MUG"));
        await Timed("MUG", 12_00, now.AddDays(-1), now.AddDays(1));
        await Timed("MUG", 11_00, now.AddDays(-2), now.AddDays(2));
        await Timed("MUG", 1_00, now.AddDays(-3), now.AddDays(3), currency: "EUR");
        _clock.PassSeconds(3);    // what was remembered
        Assert.Equal(11_00, await PriceOf("MUG"));
        Assert.Equal(25_00, await PriceOf("MUG-L"));
    }

    [Fact]
    public async Task Many_variants_are_found_at_once_and_those_not_for_sale_left_out()
    {
        await Timed("HAT", 9_00, null, null);
        var found = (await Catalog.FindVariants(["mug", "HAT", "NOTHING", "hat", "..", "MUG-L"], None)).ToDictionary(v => v.Sku);
        Assert.Equal(["HAT", "MUG", "MUG-L"], found.Keys.Order());
        Assert.Equal((9_00L, 10_00L), (found["HAT"].PriceMinor, found["HAT"].ListPriceMinor));
        Assert.Equal(found["MUG"].ProductId, found["MUG-L"].ProductId);
        Assert.NotEqual(found["MUG"].ProductId, found["HAT"].ProductId);
        Assert.True(found["MUG"].CategoryId > 0);
        Assert.Equal("standard", found["MUG"].TaxClass);

        Assert.Equal(2, (await Catalog.FindVariants(["MUG", "HAT"], None)).Count);    // remembered ones too
        Assert.Empty(await Catalog.FindVariants([], None));
    }

    [Fact]
    public async Task Tax_follows_from_country_region_and_class_and_the_shops_setting()
    {
        await Tax("GB", "", "standard", "VAT", 2000);
        await Tax("GB", "", "reduced", "VAT (reduced)", 500);
        await Tax("US", "", "standard", "", 0);
        await Tax("US", "CA", "standard", "Sales tax (CA)", 725);

        Assert.Equal(new TaxRule("VAT", 2000, true), await Catalog.FindTax("gb", null, None));
        Assert.Equal(new TaxRule("VAT", 2000, true), await Catalog.FindTax("GB", "Scotland", None));
        Assert.Equal(500, (await Catalog.FindTax("GB", null, "reduced", None)).RateBasisPoints);
        Assert.Equal(2000, (await Catalog.FindTax("GB", null, "unheard-of", None)).RateBasisPoints);
        Assert.Equal(725, (await Catalog.FindTax("US", "ca ", None)).RateBasisPoints);
        Assert.Equal(725, (await Catalog.FindTax("US", "US-CA", None)).RateBasisPoints);
        Assert.Equal(0, (await Catalog.FindTax("US", "OR", None)).RateBasisPoints);
        Assert.Equal(new TaxRule("", 0, true), await Catalog.FindTax("FR", null, None));

        await database.Sql.Execute("update catalog.settings set prices_include_tax = false", None);
        _clock.PassSeconds(3);
        Assert.Equal(new TaxRule("VAT", 2000, false), await Catalog.FindTax("GB", null, None));
        await database.Sql.Execute("update catalog.settings set prices_include_tax = true", None);
    }

    private ICatalog Catalog => _shop.Services.GetRequiredService<ICatalog>();

    private async Task<long?> PriceOf(string sku) => (await Catalog.FindVariant(sku, None))?.PriceMinor;

    private Task<TinyShop.Answer> Get(string path, string? known = null) =>
        _shop.Send(HttpMethod.Get, path, headers: known is null ? [] : [("If-None-Match", known)]);

    private static System.Text.Json.JsonElement Mug(TinyShop.Answer answer)
    {
        var product = answer.Json.TryGetProperty("data", out var list) ? list[0] : answer.Json;
        return product.GetProperty("variants")[0];
    }

    private static (int Now, int List) PricesOf(TinyShop.Answer answer) => (
        Mug(answer).GetProperty("price").GetProperty("amount").GetInt32(),
        Mug(answer).GetProperty("listPrice").GetProperty("amount").GetInt32());

    private Task<int> Timed(string sku, long minor, DateTimeOffset? from, DateTimeOffset? until, string currency = "GBP") =>
        database.Sql.Execute(
            """
            insert into catalog.timed_prices (id, variant_id, price_minor, currency, starts_at, ends_at)
            select (random() * 1e15)::bigint, id, $2, $5, $3, $4 from catalog.variants where sku = $1
            """, None, new() { Value = sku }, new() { Value = minor },
            new NpgsqlParameter<DateTimeOffset?> { TypedValue = from, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.TimestampTz },
            new NpgsqlParameter<DateTimeOffset?> { TypedValue = until, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.TimestampTz },
            new() { Value = currency });

    private Task<int> Tax(string country, string region, string taxClass, string title, int rate) => database.Sql.Execute(
        """
        insert into catalog.tax_rules (id, country, region, tax_class, title, rate_bp)
        values ((random() * 1e15)::bigint, $1, $2, $3, $4, $5)
        """, None, new() { Value = country }, new() { Value = region }, new() { Value = taxClass }, new() { Value = title },
        new() { Value = rate });

    private static CatalogRow Row(string sku, string product, long price) => new()
    {
        Sku = sku,
        Product = product,
        Title = sku,
        Category = "Things",
        PriceMinor = price,
        Currency = "GBP",
        Stock = 5,
    };
}
