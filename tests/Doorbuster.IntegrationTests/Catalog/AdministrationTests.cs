using System.Text.Json;
using Doorbuster.Catalog;
using Doorbuster.Catalog.Import;
using Doorbuster.Contracts.Catalog;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform.Postgres;
using Doorbuster.Tests.Web;
using Microsoft.Extensions.DependencyInjection;
using static Doorbuster.IntegrationTests.Catalog.CatalogShop;

namespace Doorbuster.IntegrationTests.Catalog;

public sealed class AdministrationTests(CatalogShop shop) : IClassFixture<CatalogShop>
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_new_product_is_on_sale_with_its_variants_and_their_stock_and_a_retry_makes_no_other()
    {
        var (small, large, key) = (shop.NewSku(), shop.NewSku().ToLowerInvariant(), shop.NewKey());
        var body = new
        {
            title = "Shirt",
            description = "Of linen.",
            category = "things",
            attributes = new { material = "linen", washing = new { degrees = 40 } },
            variants = new[]
            {
                new { sku = small, price = Pounds(1900), stock = 7, options = new { Size = "S" }, taxClass = "reduced" },
                new { sku = large, price = Pounds(2100), stock = 3, options = new { Size = "L" }, taxClass = "reduced" },
            },
        };
        var made = await shop.Send(HttpMethod.Post, "/products", body, key: key);
        Assert.Equal((201, $"{Admin}/products/{small}", "\"1\""), (made.Status, made.Headers["Location"], made.Headers["ETag"]));
        Assert.Equal(40, made.Json.GetProperty("attributes").GetProperty("washing").GetProperty("degrees").GetInt32());

        var shown = await shop.Public($"/api/v1/products/{large}");
        Assert.Equal([small, large.ToUpperInvariant()],
            shown.Json.GetProperty("variants").EnumerateArray().Select(variant => variant.GetProperty("sku").GetString()));
        var variant = (await Catalog.FindVariant(large, None))!;
        Assert.Equal((2100L, "reduced", "Shirt (L)"), (variant.PriceMinor, variant.TaxClass, variant.Title));
        Assert.Equal(3, (await Claims.Audit(variant.StockPool, None))!.Offered);

        var again = await shop.Send(HttpMethod.Post, "/products", body, key: key);
        Assert.Equal((201, "true"), (again.Status, again.Headers["Idempotent-Replayed"]));
        Assert.Equal(made.Json.GetProperty("id").GetString(), again.Json.GetProperty("id").GetString());
        Assert.Equal("idempotency_key_reused", (await shop.Send(HttpMethod.Post, "/products", new
        {
            title = "Another",
            category = "things",
            variants = new[] { new { sku = shop.NewSku(), price = Pounds(1), stock = 1 } },
        }, key: key)).Code);
        Assert.Equal("sku_taken", (await shop.Send(HttpMethod.Post, "/products", body)).Code);
        await AssertSaid(IdOf(made), "content", "price", "stock");
    }

    [Fact]
    public async Task Of_two_administrators_who_change_the_same_version_exactly_one_does()
    {
        var sku = await shop.NewProduct();
        for (var round = 1; round <= 5; round++)
        {
            var tag = await shop.Tag($"/products/{sku}");
            var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i =>
                shop.Send(HttpMethod.Patch, $"/products/{sku}", new { title = $"Title {round}.{i}" }, tag)));
            Assert.Single(answers, answer => answer.Status == 200);
            Assert.Equal(7, answers.Count(answer => answer.Code == "catalog_version_outdated"));
            var title = answers.Single(answer => answer.Status == 200).Json.GetProperty("title").GetString();
            Assert.Equal(title, (await shop.Send(HttpMethod.Get, $"/products/{sku}")).Json.GetProperty("title").GetString());
            Assert.Equal($"\"{round + 1}\"", await shop.Tag($"/products/{sku}"));
        }
        Assert.Equal(6, (await Changes(sku)).Count);    // created, and five changes: what lost left no trace
    }

    [Fact]
    public async Task A_change_names_the_version_it_was_made_for_and_one_to_the_same_changes_nothing()
    {
        var sku = await shop.NewProduct();
        Assert.Equal((428, "catalog_version_required"), Refusal(await shop.Send(HttpMethod.Patch, $"/products/{sku}", new { title = "A" })));
        foreach (var stale in new[] { "\"0\"", "\"2\"", "W/\"1\"", "1", "*", "\"-1\"", "\"99999999999999999999\"" })
            Assert.Equal((412, "catalog_version_outdated"), Refusal(await shop.Send(HttpMethod.Patch, $"/products/{sku}", new { title = "A" }, stale)));

        var same = await shop.Send(HttpMethod.Patch, $"/products/{sku}", new { title = $"Product {sku}", published = true }, "\"1\"");
        Assert.Equal((200, "\"1\""), (same.Status, same.Headers["ETag"]));
        Assert.Single(await Changes(sku));
        Assert.Equal(304, (await shop.Shop.Send(
            HttpMethod.Get, $"{Admin}/products/{sku}", bearer: "admin", headers: ("If-None-Match", "\"1\""))).Status);
    }

    [Fact]
    public async Task What_is_taken_off_sale_is_shown_to_administrators_only_and_every_change_is_on_record()
    {
        var sku = await shop.NewProduct();
        var changed = await shop.Send(
            HttpMethod.Patch, $"/products/{sku}",
            new { title = "Old stock", published = false, attributes = new { shelf = "B7" } }, "\"1\"");
        Assert.Equal((200, "\"2\""), (changed.Status, changed.Headers["ETag"]));
        await shop.Sees(async () => (await shop.Public($"/api/v1/products/{sku}")).Status == 404, "nobody sees it");
        await shop.Sees(async () => await Catalog.FindVariant(sku, None) is null, "nobody can buy it");
        var listed = await shop.Send(HttpMethod.Get, "/products?published=false&limit=100");
        Assert.Contains(sku, listed.Json.GetProperty("data").EnumerateArray().Select(p => p.GetProperty("sku").GetString()));

        var record = (await Changes(sku))[0];
        Assert.Equal(("changed", "usr_0000000000035"), (record.GetProperty("action").GetString(), record.GetProperty("person").GetString()));
        var (before, after) = (record.GetProperty("before"), record.GetProperty("after"));
        Assert.Equal(["attributes", "published", "title"], before.EnumerateObject().Select(field => field.Name).Order());
        Assert.Equal(($"Product {sku}", true), (before.GetProperty("title").GetString(), before.GetProperty("published").GetBoolean()));
        Assert.Equal(("Old stock", false), (after.GetProperty("title").GetString(), after.GetProperty("published").GetBoolean()));
        Assert.Equal("B7", after.GetProperty("attributes").GetProperty("shelf").GetString());
        await AssertSaid(IdOf(changed), "content");
    }

    [Fact]
    public async Task Variants_are_added_and_changed_and_differ_in_their_options()
    {
        var sku = await shop.NewProduct();
        var second = shop.NewSku();
        var added = await shop.Send(HttpMethod.Post, $"/products/{sku}/variants",
            new { sku = second, price = Pounds(2500), stock = 4, options = new { Size = "L" } });
        Assert.Equal((201, "\"2\""), (added.Status, added.Headers["ETag"]));
        Assert.Equal("variant_twin", (await shop.Send(HttpMethod.Post, $"/products/{sku}/variants",
            new { sku = shop.NewSku(), price = Pounds(2500), stock = 4, options = new { Size = "L" } })).Code);
        Assert.Equal("sku_taken", (await shop.Send(HttpMethod.Post, $"/products/{sku}/variants",
            new { sku = second, price = Pounds(2500), stock = 4, options = new { Size = "M" } })).Code);
        Assert.Equal("variant_twin", (await shop.Send(HttpMethod.Patch, $"/variants/{sku}",
            new { options = new { Size = "L" } }, "\"2\"")).Code);

        var changed = await shop.Send(HttpMethod.Patch, $"/variants/{second}",
            new { price = Pounds(2600), options = new { Size = "XL" }, taxClass = "zero" }, "\"2\"");
        Assert.Equal((200, "\"3\""), (changed.Status, changed.Headers["ETag"]));
        await shop.Sees(async () => await Catalog.FindVariant(second, None)
            is { PriceMinor: 2600, TaxClass: "zero", Title: var title } && title.EndsWith("(XL)", StringComparison.Ordinal), "it is otherwise");
    }

    [Fact]
    public async Task Stock_is_the_pools_total_and_never_less_than_is_taken()
    {
        var sku = await shop.NewProduct();
        var pool = (await Catalog.FindVariant(sku, None))!.StockPool;
        Assert.Equal(ClaimOutcome.Claimed,
            (await Claims.Claim(new ClaimRequest(pool, 42, 6, "key", TimeSpan.FromSeconds(10)), None)).Outcome);

        var refused = await shop.Send(HttpMethod.Put, $"/variants/{sku}/stock", new { stock = 5 }, "\"1\"");
        Assert.Equal((409, "stock_below_sold", 6),
            (refused.Status, refused.Code, refused.Json.GetProperty("taken").GetInt32()));
        Assert.Equal("\"1\"", await shop.Tag($"/products/{sku}"));
        Assert.Equal(10, (await Claims.Audit(pool, None))!.Offered);

        var less = await shop.Send(HttpMethod.Put, $"/variants/{sku}/stock", new { stock = 6 }, "\"1\"");
        Assert.Equal((200, 6), (less.Status, less.Json.GetProperty("variants")[0].GetProperty("stock").GetInt32()));
        Assert.Equal((6L, 0L), ((await Claims.Audit(pool, None))!.Offered, (await Claims.Audit(pool, None))!.Free));
        await AssertSaid(IdOf(less), "stock");
    }

    [Fact]
    public async Task Stock_set_by_many_at_once_is_in_the_end_what_the_pool_has()
    {
        var sku = await shop.NewProduct();
        var pool = (await Catalog.FindVariant(sku, None))!.StockPool;
        for (var round = 0; round < 5; round++)
        {
            await Task.WhenAll(Enumerable.Range(1, 6).Select(async i =>
            {
                while ((await shop.Send(
                    HttpMethod.Put, $"/variants/{sku}/stock", new { stock = 100 * round + i }, await shop.Tag($"/products/{sku}"))).Status != 200)
                {
                    // Somebody was quicker: read and try again.
                }
            }));
            var stock = (await shop.Send(HttpMethod.Get, $"/products/{sku}")).Json.GetProperty("variants")[0].GetProperty("stock").GetInt64();
            Assert.Equal(stock, (await Claims.Audit(pool, None))!.Offered);
        }
    }

    [Fact]
    public async Task Sale_prices_are_planned_replaced_and_taken_back()
    {
        var sku = await shop.NewProduct();
        var set = await shop.Send(HttpMethod.Put, $"/variants/{sku}/prices", new
        {
            prices = new object[]
            {
                new { price = Pounds(1500), until = "2199-01-01T00:00:00Z" },
                new { price = Pounds(1200), from = "2150-01-01T01:00:00+01:00", until = "2150-02-01T00:00:00Z" },
            },
        }, "\"1\"");
        Assert.Equal((200, "\"2\""), (set.Status, set.Headers["ETag"]));
        var variant = set.Json.GetProperty("variants")[0];
        Assert.Equal((1500, 2000), (Amount(variant, "price"), Amount(variant, "listPrice")));
        Assert.Equal("2150-01-01T00:00:00Z", variant.GetProperty("prices")[1].GetProperty("from").GetString());
        await shop.Sees(async () => (await shop.Public($"/api/v1/products/{sku}")).Json.GetProperty("variants")[0] is var shown
            && Amount(shown, "price") == 1500 && shown.GetProperty("priceUntil").GetString() == "2150-01-01T00:00:00Z", "it is shown");

        var none = await shop.Send(HttpMethod.Put, $"/variants/{sku}/prices", new { prices = Array.Empty<object>() }, "\"2\"");
        Assert.Equal((200, 2000), (none.Status, Amount(none.Json.GetProperty("variants")[0], "price")));
        await AssertSaid(IdOf(none), "price");
    }

    [Fact]
    public async Task Categories_move_with_all_that_is_below_them_and_never_below_themselves()
    {
        await Category("Home");
        await Category("Kitchen", "home");
        await Category("Knives", "home.kitchen");
        var sku = await shop.NewProduct(category: "home.kitchen.knives");

        Assert.Equal("category_cycle", (await Move("home", new { parent = "home.kitchen.knives" })).Code);
        Assert.Equal("category_cycle", (await Move("home", new { parent = "home" })).Code);
        Assert.Equal("category_taken", (await shop.Send(HttpMethod.Post, "/categories", new { name = "KITCHEN!", parent = "home" })).Code);
        Assert.Equal("unknown_category", (await Move("home", new { parent = "nowhere" })).Code);

        var moved = await Move("home.kitchen", new { name = "Cooking", parent = "" });
        Assert.Equal((200, "cooking"), (moved.Status, moved.Json.GetProperty("slug").GetString()));
        Assert.Equal("cooking.knives",
            (await shop.Send(HttpMethod.Get, $"/products/{sku}")).Json.GetProperty("category").GetString());
        Assert.Equal("\"2\"", await shop.Tag($"/products/{sku}"));
        Assert.Equal("category_not_found", (await shop.Send(HttpMethod.Get, "/categories/home.kitchen")).Code);
        await shop.Sees(
            async () => (await shop.Public("/api/v1/products?category=cooking")).Body.Contains(sku, StringComparison.Ordinal), "it is listed there");

        var deep = await Category("Deep", "cooking.knives");
        deep = await Category("Deeper", deep);
        Assert.Equal("category_too_deep", (await shop.Send(HttpMethod.Post, "/categories", new { name = "Deepest", parent = deep })).Code);
        Assert.Equal("category_too_deep", (await Move("cooking", new { parent = "home" })).Code);
        Assert.Equal("category_not_empty", (await Remove("cooking.knives")).Code);
        Assert.Equal("category_not_empty", (await Remove("cooking")).Code);
        Assert.Equal(204, (await Remove(deep)).Status);
        Assert.Equal("removed", (await Changes(deep, "category"))[0].GetProperty("action").GetString());
    }

    [Fact]
    public async Task Two_moves_at_once_make_no_circle()
    {
        for (var round = 0; round < 5; round++)
        {
            var (a, b) = (await Category($"A{round}"), await Category($"B{round}"));
            var (tagA, tagB) = (await shop.Tag($"/categories/{a}"), await shop.Tag($"/categories/{b}"));
            var answers = await Task.WhenAll(
                shop.Send(HttpMethod.Patch, $"/categories/{a}", new { parent = b }, tagA),
                shop.Send(HttpMethod.Patch, $"/categories/{b}", new { parent = a }, tagB));
            Assert.Single(answers, answer => answer.Status == 200);
            var circles = await shop.Database.Sql.Query(
                """
                with recursive reached as (
                  select id from catalog.categories where parent_id is null
                  union all
                  select c.id from catalog.categories c join reached on c.parent_id = reached.id)
                select count(*) from catalog.categories where id not in (select id from reached)
                """, row => row.GetInt64(0), None);
            Assert.Equal(0, circles[0]);
        }
    }

    [Fact]
    public async Task Tax_rules_and_the_shops_setting_are_made_changed_and_removed()
    {
        var made = await shop.Send(HttpMethod.Post, "/tax-rules",
            new { country = "fr", region = "FR-Corse", title = "TVA", rateBasisPoints = 2000 });
        Assert.Equal((201, "CORSE"), (made.Status, made.Json.GetProperty("region").GetString()));
        var path = $"/tax-rules/{made.Json.GetProperty("id").GetString()}";
        Assert.Equal("tax_rule_taken", (await shop.Send(HttpMethod.Post, "/tax-rules",
            new { country = "FR", region = "corse", title = "TVA", rateBasisPoints = 1 })).Code);
        Assert.Equal(2000, (await Catalog.FindTax("FR", "Corse", None)).RateBasisPoints);

        var changed = await shop.Send(HttpMethod.Patch, path, new { rateBasisPoints = 1000 }, "\"1\"");
        Assert.Equal((200, "\"2\""), (changed.Status, changed.Headers["ETag"]));
        Assert.Equal(412, (await shop.Send(HttpMethod.Delete, path, version: "\"1\"")).Status);
        await shop.Sees(async () => (await Catalog.FindTax("FR", "Corse", None)).RateBasisPoints == 1000, "the rate is otherwise");
        Assert.Equal(204, (await shop.Send(HttpMethod.Delete, path, version: "\"2\"")).Status);
        Assert.Equal(404, (await shop.Send(HttpMethod.Get, path)).Status);

        var tag = await shop.Tag("/settings");
        Assert.Equal(428, (await shop.Send(HttpMethod.Put, "/settings", new { pricesIncludeTax = false })).Status);
        Assert.Equal(200, (await shop.Send(HttpMethod.Put, "/settings", new { pricesIncludeTax = false }, tag)).Status);
        Assert.Equal(412, (await shop.Send(HttpMethod.Put, "/settings", new { pricesIncludeTax = true }, tag)).Status);
        await shop.Sees(async () => !(await Catalog.FindTax("DE", null, None)).IsIncluded, "tax is added");
        Assert.Equal(200, (await shop.Send(HttpMethod.Put, "/settings", new { pricesIncludeTax = true }, await shop.Tag("/settings"))).Status);
    }

    [Fact]
    public async Task A_variant_that_nobody_claimed_is_removed_and_its_pool_gives_nothing_more()
    {
        var (sku, extra) = (await shop.NewProduct(), shop.NewSku());
        await AddVariant(sku, extra);
        var pool = (await Catalog.FindVariant(extra, None))!.StockPool;
        var tag = await shop.Tag($"/products/{sku}");
        Assert.Equal((428, "catalog_version_required"), Refusal(await shop.Send(HttpMethod.Delete, $"/variants/{extra}")));
        Assert.Equal((412, "catalog_version_outdated"), Refusal(await shop.Send(HttpMethod.Delete, $"/variants/{extra}", version: "\"1\"")));
        Assert.Equal((409, "variant_leads"), Refusal(await shop.Send(HttpMethod.Delete, $"/variants/{sku}", version: tag)));
        Assert.Equal(5, (await Claims.Audit(pool, None))!.Offered);    // what was refused changed nothing

        var removed = await shop.Send(HttpMethod.Delete, $"/variants/{extra.ToLowerInvariant()}", version: tag);
        Assert.True((200, "\"3\"") == (removed.Status, removed.Headers["ETag"]), removed.Body);
        Assert.Single(removed.Json.GetProperty("variants").EnumerateArray());
        Assert.Equal((404, "product_not_found"), Refusal(await shop.Send(HttpMethod.Delete, $"/variants/{extra}", version: "\"3\"")));
        Assert.Equal(ClaimOutcome.Closed, (await Claim(pool)).Outcome);
        await shop.Sees(async () => await Catalog.FindVariant(extra, None) is null, "it is not for sale");
        Assert.Equal(2, (await Changes(sku))[0].GetProperty("before").GetProperty("variants").GetArrayLength());
    }

    [Fact]
    public async Task A_variant_of_which_somebody_holds_or_bought_a_unit_stays()
    {
        var (sku, extra) = (await shop.NewProduct(), shop.NewSku());
        await AddVariant(sku, extra);
        var pool = (await Catalog.FindVariant(extra, None))!.StockPool;
        var held = (await Claim(pool)).Claim!;

        Assert.Equal((409, "variant_claimed"), Refusal(await shop.Send(HttpMethod.Delete, $"/variants/{extra}", version: "\"2\"")));
        Assert.Equal((5L, 4L), ((await Claims.Audit(pool, None))!.Offered, (await Claims.Audit(pool, None))!.Free));
        Assert.Equal(ClaimOutcome.Claimed, (await Claim(pool, "another")).Outcome);    // it is sold on as before
        Assert.Equal(EndOutcome.Done, await Claims.KeepAll([held.Id], None));
        Assert.Equal("variant_claimed", (await shop.Send(HttpMethod.Delete, $"/variants/{extra}", version: "\"2\"")).Code);
    }

    [Fact]
    public async Task Of_a_removal_and_a_claim_at_once_exactly_one_has_the_variant()
    {
        for (var round = 0; round < 6; round++)
        {
            var (sku, extra) = (await shop.NewProduct(), shop.NewSku());
            await AddVariant(sku, extra);
            var pool = (await Catalog.FindVariant(extra, None))!.StockPool;

            var removing = shop.Send(HttpMethod.Delete, $"/variants/{extra}", version: "\"2\"");
            var claimed = await Claim(pool);
            var removed = await removing;

            Assert.True(
                (removed.Status, claimed.Outcome) is (409, ClaimOutcome.Claimed)
                    or (200, ClaimOutcome.SoldOut or ClaimOutcome.Closed), $"{removed.Body} {claimed}");
            Assert.True((await Claims.Audit(pool, None))!.LedgerMismatch == 0);
        }
    }

    [Fact]
    public async Task What_a_removal_left_half_done_gets_its_stock_back()
    {
        var (sku, extra) = (await shop.NewProduct(), shop.NewSku());
        await AddVariant(sku, extra);
        var pool = (await Catalog.FindVariant(extra, None))!.StockPool;

        // The process died between the pool and the catalog.
        await shop.Shop.Services.GetRequiredService<CatalogWriter>().ForgetTold(pool, None);
        await Claims.Change(pool, new PoolChange { Total = 0 }, None);
        await ActivatorUtilities.CreateInstance<FinishStock>(shop.Shop.Services).Run(None);

        Assert.Equal(5, (await Claims.Audit(pool, None))!.Offered);
        Assert.Equal(ClaimOutcome.Claimed, (await Claim(pool)).Outcome);
    }

    [Fact]
    public async Task The_public_categories_are_bounded_and_come_page_by_page()
    {
        foreach (var name in new[] { "Pages A", "Pages B", "Pages C" })
            await Category(name);
        var seen = new List<string>();
        for (var next = "/api/v1/categories?limit=2"; next is not null;)
        {
            var page = (await shop.Public(next)).Json;
            seen.AddRange(page.GetProperty("data").EnumerateArray().Select(row => row.GetProperty("slug").GetString()!));
            next = page.GetProperty("page").GetProperty("nextCursor").GetString() is { } cursor
                ? $"/api/v1/categories?limit=2&after={cursor}" : null;
        }
        Assert.Equal(seen.Distinct().Order(StringComparer.Ordinal), seen);
        Assert.Superset(new HashSet<string> { "pages-a", "pages-b", "pages-c" }, seen.ToHashSet());
        Assert.Equal(400, (await shop.Public("/api/v1/categories?limit=1001")).Status);
        Assert.Equal(400, (await shop.Public("/api/v1/categories?limit=0")).Status);
    }

    [Fact]
    public async Task Tax_rules_leave_and_come_back_as_a_file_all_of_it_or_nothing()
    {
        var csv = shop.Shop.Services.GetRequiredService<TaxCsv>();
        const string file = "country,region,tax_class,title,rate_basis_points\nAT,,standard,USt. 20%,2000\nus,US-WA,standard,Sales tax,650\n";
        Assert.Equal(new TaxReport(2, 0, 0), (await Import(file)).Report);
        Assert.Equal(650, (await Catalog.FindTax("US", "WA", None)).RateBasisPoints);
        Assert.Equal(new TaxReport(0, 1, 1), (await Import(file.Replace("2000", "2100", StringComparison.Ordinal))).Report);
        Assert.Equal(["changed", "created"], (await shop.Send(HttpMethod.Get, "/changes?kind=tax_rule")).Json
            .GetProperty("data").EnumerateArray().Where(change => change.GetRawText().Contains("2000", StringComparison.Ordinal))
            .Take(2).Select(change => change.GetProperty("action").GetString()));

        var rows = new List<string> { string.Join(',', TaxCsv.Header) };
        await foreach (var row in csv.Rows(None))
            rows.Add(string.Join(',', row));
        Assert.Contains("US,WA,standard,Sales tax,650", rows);
        Assert.Equal(new TaxReport(0, 0, rows.Count - 1), (await Import(string.Join('\n', rows))).Report);

        foreach (var wrong in new[]
        {
            "XXX,,standard,T,1", "GB,,No Class,T,1", "GB,,standard,,1", "GB,,standard,T,10001", "GB,,standard,T,-1", "GB,,standard,T",
            "AT,,standard,USt. 20%,1",
        })
        {
            var refused = await Import(file + wrong + "\n");
            Assert.True(refused.Report is null && refused.Wrong!.Contains("Line 4", StringComparison.Ordinal), refused.Wrong);
        }
        Assert.NotNull((await Import("country,title\n")).Wrong);
        Assert.Equal(2100, (await shop.Database.Sql.Query(
            "select rate_bp from catalog.tax_rules where country = 'AT'", row => row.GetInt32(0), None)).Single());

        async Task<(TaxReport? Report, string? Wrong)> Import(string text)
        {
            using var reader = new StringReader(text);
            return await csv.Import(reader, None);
        }
    }

    [Fact]
    public async Task Lists_are_bounded_and_shown_page_by_page()
    {
        for (var i = 0; i < 5; i++)
            await shop.NewProduct();
        foreach (var list in new[] { "/products", "/changes", "/categories" })
        {
            var (seen, path) = (new List<string>(), $"{list}?limit=2");
            for (var next = path; next is not null;)
            {
                var page = (await shop.Send(HttpMethod.Get, next)).Json;
                var rows = page.GetProperty("data").EnumerateArray().ToArray();
                Assert.InRange(rows.Length, 1, 2);
                seen.AddRange(rows.Select(row => row.GetProperty(list == "/categories" ? "slug" : "id").GetString()!));
                var info = page.GetProperty("page");
                next = info.GetProperty("hasMore").GetBoolean() ? $"{path}&after={info.GetProperty("nextCursor").GetString()}" : null;
            }
            Assert.Equal(seen.Count, seen.Distinct().Count());
            Assert.True(list == "/categories" || seen.Count >= 5);
        }
    }

    [Fact]
    public async Task Strangers_and_shoppers_may_not()
    {
        Assert.Equal(401, (await shop.Shop.Send(HttpMethod.Get, Admin + "/products")).Status);
        Assert.Equal(403, (await shop.Shop.Send(HttpMethod.Get, Admin + "/products", bearer: "ada")).Status);
        Assert.Equal(403, (await shop.Shop.Send(HttpMethod.Post, Admin + "/categories", "{}", "ada")).Status);
    }

    private ICatalog Catalog => shop.Shop.Services.GetRequiredService<ICatalog>();

    private IClaims Claims => shop.Shop.Services.GetRequiredService<IClaims>();

    private async Task AddVariant(string product, string sku) => Assert.Equal(201, (await shop.Send(
        HttpMethod.Post, $"/products/{product}/variants",
        new { sku, price = Pounds(100), stock = 5, options = new { Size = sku } })).Status);

    private Task<ClaimResult> Claim(long pool, string key = "key") => Claims.Claim(
        new ClaimRequest(pool, 7, 1, key, TimeSpan.FromSeconds(10)), None).AsTask();

    private async Task<string> Category(string name, string? parent = null)
    {
        var made = await shop.Send(HttpMethod.Post, "/categories", new { name, parent });
        Assert.True(made.Status == 201, made.Body);
        return made.Json.GetProperty("slug").GetString()!;
    }

    private async Task<TinyShop.Answer> Move(string slug, object change) =>
        await shop.Send(HttpMethod.Patch, $"/categories/{slug}", change, await shop.Tag($"/categories/{slug}"));

    private async Task<TinyShop.Answer> Remove(string slug) =>
        await shop.Send(HttpMethod.Delete, $"/categories/{slug}", version: await shop.Tag($"/categories/{slug}"));

    private async Task<List<JsonElement>> Changes(string subject, string kind = "product") =>
        [.. (await shop.Send(HttpMethod.Get, $"/changes?kind={kind}&subject={subject}")).Json.GetProperty("data").EnumerateArray()];

    // The outbox: nobody takes messages away in this shop.
    private async Task AssertSaid(string product, params string[] what)
    {
        Assert.True(Doorbuster.Platform.PublicId.TryParse("prd", product, out var id));
        var said = await shop.Database.Sql.Query(
            "select body::text from messaging.outbox where type = 'CatalogChanged' order by 1", row => JsonElement.Parse(row.GetString(0)), None);
        Assert.Contains(said, message => message.GetProperty("products").EnumerateArray().Any(one => one.GetInt64() == id)
            && message.GetProperty("what").EnumerateArray().Select(one => one.GetString()).SequenceEqual(what));
    }

    private static string IdOf(TinyShop.Answer answer) => answer.Json.GetProperty("id").GetString()!;

    private static (int, string?) Refusal(TinyShop.Answer answer) => (answer.Status, answer.Code);

    private static int Amount(JsonElement variant, string price) => variant.GetProperty(price).GetProperty("amount").GetInt32();
}
