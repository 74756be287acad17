using Doorbuster.Catalog;
using Doorbuster.Catalog.Demo;
using Doorbuster.Catalog.Images;
using Doorbuster.Catalog.Import;
using Doorbuster.Contracts.Catalog;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.IntegrationTests.Catalog;

public sealed class ImportTests(Database database) : IClassFixture<Database>, IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly string _folder = Directory.CreateTempSubdirectory("import-").FullName;
    private IServiceProvider _shop = null!;

    public async ValueTask InitializeAsync()
    {
        _shop = await database.StartProcess(Work.None);
        await database.Sql.Execute("truncate catalog.variants, catalog.products, catalog.categories cascade", None);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task The_real_file_gives_exactly_its_goods_and_a_second_time_nothing()
    {
        if (FindRealFile() is not { } path)
        {
            Assert.Skip("shared/data/online-retail-10k.csv is not beside any folder above.");
            return;
        }
        var first = await Import(path);
        Assert.Equal(("online-retail", 10_000, 1_958, 1_958, 0, 0),
            (first.Format, first.Rows, first.Skus, first.Added, first.Changed, first.Unchanged));
        Assert.Equal(
            [("adjustment", 30), ("cancellation", 98), ("no_price", 16), ("not_goods", 38)],
            first.Rejected.Select(reason => (reason.Key, reason.Value)));
        Assert.Equal(1 + 30 + 98 + 16 + 38, File.ReadLines(first.RejectsFile!).Count());
        Assert.Equal("47,not_goods,536370,POST,POSTAGE,3,12-01-2010 08:45,18,12583,France", File.ReadLines(first.RejectsFile!).ElementAt(1));

        // Checked against Python's csv and statistics modules.
        Assert.Equal(7_268_11, await Sum("price_minor"));
        await Expect("85123A", "WHITE HANGING HEART T-LIGHT HOLDER", 295);
        await Expect("22632", "HAND WARMER RED RETROSPOT", 210);
        await Expect("22965", "3 TRADITIONAL COOKIE CUTTERS  SET", 210);
        await Expect("22139", "RETROSPOT TEA SET CERAMIC 11 PC", 764);
        await Expect("22041", "RECORD FRAME 7\" SINGLE SIZE", 255);
        await Expect("90214d", "LETTER \"D\" BLING KEY RING", 85);
        foreach (var code in new[] { "POST", "D", "M", "DOT", "C2", "BANK CHARGES", "21134" })
            Assert.Null(await Find(code));

        var second = await Import(path);
        Assert.Equal((1_958, 0, 0, 1_958), (second.Skus, second.Added, second.Changed, second.Unchanged));
        Assert.Equal(1_958, await Sum("1"));
        Assert.Equal(1, (await database.Sql.Query("select max(version) from catalog.products", row => row.GetInt64(0), None))[0]);

        var restocked = await Import(path, stock: 250);
        Assert.Equal((0, 1_958), (restocked.Added, restocked.Changed));
        var claims = _shop.GetRequiredService<IClaims>();
        Assert.Equal(250, (await claims.Audit((await Find("85123A"))!.StockPool, None))!.Offered);
    }

    [Fact]
    public async Task An_import_is_on_record_with_what_it_changed_and_how_that_was_before()
    {
        await database.Sql.Execute("delete from catalog.changes", None);
        await Import(Write("sku,title,price,stock\nCUP,Cup,9.99,10\nPAN,Pan,5.00,1\n"));
        await Import(Write("sku,title,price,stock\nCUP,Cup,8.99,10\nPAN,Pan,5.00,1\n"));
        await Import(Write("sku,title,price,stock\nCUP,Cup,8.99,10\nPAN,Pan,5.00,1\n"));    // nothing new: nothing to note

        var notes = await database.Sql.Query(
            """
            select kind, subject, action, before::text, after::text, person is null from catalog.changes
            order by kind, after ->> 'changed'
            """,
            row => (Kind: row.GetString(0), Subject: row.GetString(1), Action: row.GetString(2),
                Before: row.IsDBNull(3) ? "" : row.GetString(3), After: row.GetString(4), IsShop: row.GetBoolean(5)), None);
        Assert.Equal(
            [("import", "import.csv", "created"), ("import", "import.csv", "created"), ("product", "CUP", "changed")],
            notes.Select(note => (note.Kind, note.Subject, note.Action)));
        Assert.All(notes, note => Assert.True(note.IsShop));
        Assert.Contains("\"added\": 2", notes[0].After, StringComparison.Ordinal);
        Assert.Contains("\"changed\": 1", notes[1].After, StringComparison.Ordinal);
        Assert.Contains("999", notes[2].Before, StringComparison.Ordinal);
        Assert.Contains("899", notes[2].After, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_variant_has_a_pool_with_its_stock_and_claims_count_against_it()
    {
        await Import(Write("sku,title,price,stock\nMUG,Mug,9.99,10\n"));
        var mug = (await Find("mug"))!;
        var claims = _shop.GetRequiredService<IClaims>();
        var view = (await claims.FindPool(mug.StockPool, None))!;
        Assert.Equal(("stock", 10L, null, TimeSpan.FromMinutes(15)), (view.Kind, view.Total, view.LimitPerPerson, view.Hold));

        var claimed = await claims.Claim(new ClaimRequest(mug.StockPool, 42, 5, "key", TimeSpan.FromSeconds(10)), None);
        Assert.Equal(ClaimOutcome.Claimed, claimed.Outcome);

        var tooFew = await Import(Write("sku,title,price,stock\nMUG,Mug,9.99,3\n"));
        Assert.Equal(1, tooFew.Rejected[Reason.StockBelowSold]);
        Assert.Equal(10, (await claims.Audit(mug.StockPool, None))!.Offered);
        Assert.Equal(1, (await Import(Write("sku,title,price,stock\nMUG,Mug,9.99,10\n"))).Unchanged);

        Assert.Equal(1, (await Import(Write("sku,title,price,stock\nMUG,Mug,9.99,5\n"))).Changed);
        Assert.Equal((5L, 0L), ((await claims.Audit(mug.StockPool, None))!.Offered, (await claims.Audit(mug.StockPool, None))!.Free));
        Assert.Equal(1, (await Import(Write("sku,title,price\nMUG,Mug,9.99\n"))).Unchanged);    // no stock said: what is there stays

        var terms = await _shop.GetServices<IPricedPools>().OfType<CatalogLookup>().Single().FindTerms(mug.StockPool, None);
        Assert.Equal(new PoolTerms(mug.StockPool, "MUG", "Mug", 999, "GBP"), terms);
    }

    [Fact]
    public async Task What_is_exported_and_imported_again_changes_nothing()
    {
        await Import(Write(
            """"
            sku,product,title,category,price,currency,stock,description,image,published,option:Size,option:Colour
            shirt-s,,"Shirt, ""fine""",Clothes > Shirts,19.50,EUR,5,"Two
            lines",https://cdn.test/s.png,yes,S,Red
            shirt-m,shirt-s,,,20,EUR,6,,,,M,Red
            yen,,Yen thing,Clothes,500,JPY,0,,,no,,
            dinar,,Dinar thing,,1.234,KWD,,,,,,
            """"));
        var file = Path.Combine(_folder, "export.csv");
        await using (var output = File.Create(file))
            Assert.Equal(4, await _shop.GetRequiredService<CatalogExport>().To(output, None));

        Assert.Contains("SHIRT-M,SHIRT-S,\"Shirt, \"\"fine\"\"\",Clothes > Shirts,20.00,EUR,6,", File.ReadAllText(file), StringComparison.Ordinal);
        var again = await Import(file);
        Assert.Equal((4, 0, 0, 4), (again.Skus, again.Added, again.Changed, again.Unchanged));
        Assert.Empty(again.Rejected);
        Assert.Equal(1, (await database.Sql.Query("select max(version) from catalog.products", row => row.GetInt64(0), None))[0]);

        var shirt = (await _shop.GetRequiredService<CatalogStore>().FindProduct("SHIRT-M", [], None))!;
        Assert.Equal(["SHIRT-S", "SHIRT-M"], shirt.Variants.Select(v => v.Sku));
        Assert.Equal(("clothes.shirts", 1_950L), (shirt.CategorySlug, shirt.Variants[0].Prices.ListMinor));
        Assert.Equal("Shirt, \"fine\" (Red, M)", (await Find("shirt-m"))!.Title);
        Assert.Null(await Find("yen"));    // not published
    }

    [Fact]
    public async Task Sale_prices_tax_classes_and_attributes_come_in_go_out_and_come_in_again_unchanged()
    {
        var text =
            """"
            sku,product,title,category,price,currency,sale_price,sale_from,sale_until,tax_class,attributes,option:Size
            cap-s,,Cap,Hats,20.00,EUR,15.00,,2150-01-01T00:00:00Z,reduced,"{""colour"":""red"",""care"":{""degrees"":40}}",S
            cap-m,cap-s,,,21.00,EUR,,,,,,M
            """";
        await Import(Write(text));
        var cap = (await _shop.GetRequiredService<ICatalog>().FindVariant("cap-s", None))!;
        Assert.Equal((15_00L, 20_00L, "reduced"), (cap.PriceMinor, cap.ListPriceMinor, cap.TaxClass));
        Assert.Equal(1, (await Import(Write(text.Replace("15.00", "14.00", StringComparison.Ordinal)))).Changed);
        Assert.Equal(2, (await Import(Write(text.Replace("15.00", "14.00", StringComparison.Ordinal)))).Unchanged);
        Assert.Equal(2, (await _shop.GetRequiredService<CatalogStore>().FindProduct("CAP-M", [], None))!.Version);

        var file = Path.Combine(_folder, "export.csv");
        await using (var output = File.Create(file))
            await _shop.GetRequiredService<CatalogExport>().To(output, None);
        Assert.Contains(",reduced,14.00,,2150-01-01T00:00:00Z,", File.ReadAllText(file), StringComparison.Ordinal);
        var again = await Import(file);
        Assert.Equal((2, 0), (again.Unchanged, again.Rejected.Count));

        // The old format says nothing of them, and they stay.
        Assert.Equal(1, (await Import(Write("sku,title,category,price,currency,option:Size\ncap-s,Cap,Hats,20.00,EUR,S\n"))).Unchanged);
        await database.Sql.Execute("delete from catalog.timed_prices", None);
        await database.Sql.Execute("update catalog.products set attributes = '{}'", None);
        Assert.Equal(1, (await Import(file)).Changed);
    }

    [Fact]
    public async Task Pictures_come_in_in_order_with_their_words_go_out_and_stay_where_a_file_says_nothing_of_them()
    {
        var text = "sku,title,price,image,image_alt\nVASE,Vase,9.99,/images/a.png https://cdn.test/b.png /c.png,\"\nFrom the back\n\"\n";
        await Import(Write(text));
        var store = _shop.GetRequiredService<CatalogStore>();
        ProductImages.Item[] images = [new("/images/a.png"), new("https://cdn.test/b.png", "From the back"), new("/c.png")];
        Assert.Equal(images, (await store.FindProduct("VASE", [], None))!.Images);
        Assert.Equal(1, (await Import(Write(text))).Unchanged);

        var file = Path.Combine(_folder, "export.csv");
        await using (var output = File.Create(file))
            await _shop.GetRequiredService<CatalogExport>().To(output, None);
        Assert.Equal(1, (await Import(file)).Unchanged);

        Assert.Equal(1, (await Import(Write("sku,title,price\nVASE,Vase,9.99\n"))).Unchanged);
        Assert.Equal(images, (await store.FindProduct("VASE", [], None))!.Images);
        Assert.Equal(1, (await Import(Write("sku,title,price,image\nVASE,Vase,9.99,/c.png\n"))).Changed);
        Assert.Equal(1, (await Import(file)).Changed);
        Assert.Equal(images, (await store.FindProduct("VASE", [], None))!.Images);
        Assert.Equal(1, (await Import(Write("sku,title,price,image\nVASE,Vase,9.99,\n"))).Changed);
        Assert.Empty((await store.FindProduct("VASE", [], None))!.Images);
    }

    [Fact]
    public async Task What_an_import_changes_is_said_and_what_it_does_not_is_not()
    {
        await database.Sql.Execute("delete from messaging.outbox", None);
        var path = Write("sku,title,price\n" + string.Concat(Enumerable.Range(0, 700).Select(i => $"EV{i},Thing,1\n")));
        await Import(path);
        Assert.Equal([500L, 200L], await Said());
        await database.Sql.Execute("delete from messaging.outbox", None);
        await Import(path);
        Assert.Empty(await Said());

        Task<List<long>> Said() => database.Sql.Query(
            """
            select json_array_length(body -> 'products')::bigint from messaging.outbox where type = 'CatalogChanged' order by 1 desc
            """, row => row.GetInt64(0), None);
    }

    [Fact]
    public async Task A_change_of_one_variant_makes_one_new_version_of_its_product()
    {
        await Import(Write("sku,product,title,price\nA,,A,1\nA-2,A,,1\nB,,B,1\n"));
        var changed = await Import(Write("sku,product,title,price\nA,,Another,2\nA-2,A,,3\nB,,B,1\n"));
        Assert.Equal((2, 1), (changed.Changed, changed.Unchanged));
        var store = _shop.GetRequiredService<CatalogStore>();
        Assert.Equal((2L, 1L), ((await store.FindProduct("A", [], None))!.Version, (await store.FindProduct("B", [], None))!.Version));
    }

    [Fact]
    public async Task Bad_rows_are_rejected_with_line_and_reason_and_the_good_ones_are_taken()
    {
        var report = await Import(Write(
            "sku,product,title,price\n"
            + "A,,A,1\n"
            + "A,,A,1\n"
            + "B,,B,free\n"
            + "C,NOWHERE,C,1\n"
            + "D,,D\n"
            + "E,,\"E\"E,1\n"
            + "\n"
            + "F,,F 7\",1\n"));
        Assert.Equal((7, 2), (report.Rows, report.Added));
        Assert.Equal(
            [("duplicate_sku", 1), ("invalid_price", 1), ("malformed", 2), ("unknown_product", 1)],
            report.Rejected.Select(reason => (reason.Key, reason.Value)));
        var lines = File.ReadLines(report.RejectsFile!).Skip(1).Select(line => string.Join(',', line.Split(',').Take(2))).Order();
        Assert.Equal(["3,duplicate_sku", "4,invalid_price", "5,unknown_product", "6,malformed", "7,malformed"], lines);

        var clean = await Import(Write("sku,title,price\nA,A,1\n"));
        Assert.Null(clean.RejectsFile);
        Assert.False(File.Exists(report.RejectsFile));    // the earlier one's, not to be taken for this one's
    }

    public static TheoryData<string, byte[]> BadFiles => new()
    {
        { "empty", [] },
        { "header", "a,b,c\n1,2,3\n"u8.ToArray() },
        { "header", "sku;title;price\nA;A;1\n"u8.ToArray() },
        { "Unknown column 'colour'", "sku,title,price,colour\nA,A,1,red\n"u8.ToArray() },
        { "never closed", "sku,title,price\nA,\"A,1\nB,B,1\n"u8.ToArray() },
        { "UTF-8", [.. "sku,title,price\nA,"u8, 0xA3, .. ",1\n"u8] },
        { "header", [0x7f, 0x45, 0x4c, 0x46, 0, 0, 0, 0] },
    };

    [Theory, MemberData(nameof(BadFiles))]
    public async Task A_file_that_is_none_is_refused_in_words(string word, byte[] bytes)
    {
        var path = Path.Combine(_folder, "bad.csv");
        File.WriteAllBytes(path, bytes);
        var refusal = await Assert.ThrowsAsync<BadFileException>(() => Import(path));
        if (word != "empty")
            Assert.Contains(word, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(0, await Sum("1"));
    }

    [Fact]
    public async Task Two_imports_of_the_same_at_once_come_to_one_catalog()
    {
        var path = Write("sku,title,category,price\n" + string.Concat(Enumerable.Range(0, 3_000).Select(i => $"S{i},Thing {i},Cat {i % 7} > Sub {i % 3},1.50\n")));
        var other = await database.StartProcess(Work.None);
        var reports = await Task.WhenAll(Import(path), Import(path, process: other, rejects: "other.csv"));
        Assert.Equal(3_000, reports.Sum(report => report.Added));
        Assert.Equal(3_000, await Sum("1"));
        Assert.Equal(0, (await database.Sql.Query(
            "select count(*) from catalog.variants where pool_stock is distinct from stock", row => row.GetInt64(0), None))[0]);
    }

    [Fact]
    public async Task What_an_interrupted_import_left_untold_is_told_by_the_job()
    {
        await Import(Write("sku,title,price,stock\nA,A,1,5\n"));
        var pool = (await Find("A"))!.StockPool;
        await database.Sql.Execute("update catalog.variants set stock = 8", None);    // committed here, and then the process died
        await database.Sql.Execute(
            """
            insert into catalog.variants
            select id + 1, product_id, 'A-2', '{}', 100, 'GBP', 7, stock_pool + 1, null from catalog.variants
            """, None);

        Assert.Equal("told 2", await ActivatorUtilities.CreateInstance<FinishStock>(_shop).Run(None));
        var claims = _shop.GetRequiredService<IClaims>();
        Assert.Equal((8L, 7L), ((await claims.Audit(pool, None))!.Offered, (await claims.Audit(pool + 1, None))!.Offered));
    }

    [Fact]
    public async Task The_demonstration_shop_is_there_in_a_moment_and_only_once()
    {
        var import = _shop.GetRequiredService<CatalogImport>();
        var first = await import.FromRows(DemoShop.Rows(), "demo", None);
        TestContext.Current.TestOutputHelper?.WriteLine($"{first.Skus} variants with their pools in {first.Seconds} s");
        Assert.Equal((first.Rows, 0), (first.Added, first.Rejected.Count));
        var second = await import.FromRows(DemoShop.Rows(), "demo", None);
        Assert.Equal((0, 0, first.Rows), (second.Added, second.Changed, second.Unchanged));
        Assert.NotNull(await Find("midnight-mug"));
    }

    private Task<ImportReport> Import(string path, long? stock = null, IServiceProvider? process = null, string rejects = "rejects.csv") =>
        (process ?? _shop).GetRequiredService<CatalogImport>().FromFile(path, Path.Combine(_folder, rejects), stock, _ => { }, None);

    private string Write(string text)
    {
        var path = Path.Combine(_folder, "import.csv");
        File.WriteAllText(path, text);
        return path;
    }

    private async Task<Variant?> Find(string sku) =>
        (await _shop.GetRequiredService<CatalogStore>().FindVariant(sku.ToUpperInvariant(), None))?.AtList;

    private async Task Expect(string sku, string title, long price)
    {
        var variant = await _shop.GetRequiredService<ICatalog>().FindVariant(sku, None);
        Assert.Equal((title, price, "GBP"), (variant?.Title, variant?.PriceMinor, variant?.Currency));
    }

    private async Task<long> Sum(string expression) => (await database.Sql.Query(
        $"select coalesce(sum({expression}), 0)::bigint from catalog.variants", row => row.GetInt64(0), None))[0];

    private static string? FindRealFile()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (Path.Combine(folder.FullName, "shared", "data", "online-retail-10k.csv") is var path && File.Exists(path))
                return path;
        return null;
    }
}
