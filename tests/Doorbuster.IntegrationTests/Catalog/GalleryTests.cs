using System.Net.Http.Headers;
using System.Text.Json;
using Doorbuster.Catalog;
using Doorbuster.Platform.Postgres;
using Doorbuster.Tests.Web;
using static Doorbuster.IntegrationTests.Catalog.CatalogShop;

namespace Doorbuster.IntegrationTests.Catalog;

public sealed class GalleryTests(CatalogShop shop) : IClassFixture<CatalogShop>
{
    [Fact]
    public async Task Pictures_are_shown_in_their_order_the_first_is_the_main_one_and_words_places_and_number_change()
    {
        var sku = await shop.NewProduct();
        var (front, back, side) = (await Upload(), await Upload(), await Upload());
        var added = await Add(sku, front);
        Assert.Equal((201, $"{Admin}/products/{sku}", "\"2\""), (added.Status, added.Headers["Location"], added.Headers["ETag"]));
        await Add(sku, back, "From the back");
        Assert.Equal([(front, ""), (back, "From the back"), (side, "")], ImagesOf((await Add(sku, side)).Json));
        await shop.Sees(async () => ImagesOf((await shop.Public($"/api/v1/products/{sku}")).Json).Count == 3, "they are shown");

        var set = await Set(sku, "\"4\"", (side, "From the side"), (front, ""), (back, "From behind"));
        Assert.Equal((200, "\"5\""), (set.Status, set.Headers["ETag"]));
        await shop.Sees(async () => ImagesOf((await shop.Public($"/api/v1/products/{sku}")).Json)[0] == (side, "From the side"),
            "another is the main one");
        Assert.Contains(
            (await shop.Public("/api/v1/products?category=things&limit=100")).Json.GetProperty("data").EnumerateArray(),
            product => ImagesOf(product).SequenceEqual([(side, "From the side"), (front, ""), (back, "From behind")]));

        Assert.Equal("\"5\"", (await Set(sku, "\"5\"", (side, "From the side"), (front, ""), (back, "From behind"))).Headers["ETag"]);
        Assert.Equal([(back, "From behind")], ImagesOf((await Set(sku, "\"5\"", (back, "From behind"))).Json));

        var last = (await shop.Send(HttpMethod.Get, $"/changes?kind=product&subject={sku}")).Json.GetProperty("data")[0];
        Assert.Equal(["images"], last.GetProperty("before").EnumerateObject().Select(field => field.Name));
        Assert.Equal(3, last.GetProperty("before").GetProperty("images").GetArrayLength());
        Assert.Equal(1, last.GetProperty("after").GetProperty("images").GetArrayLength());
    }

    [Fact]
    public async Task A_change_of_pictures_names_its_version_and_of_two_at_once_one_happens()
    {
        var sku = await shop.NewProduct();
        var (one, two) = (await Upload(), await Upload());
        Assert.Equal("catalog_version_required", (await Set(sku, null, (one, ""))).Code);
        Assert.Equal("catalog_version_outdated", (await Set(sku, "\"9\"", (one, ""))).Code);
        await Add(sku, one);
        await Add(sku, two);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Set(sku, "\"3\"", (two, $"By {i}"), (one, ""))));
        Assert.Single(answers, answer => answer.Status == 200);
        Assert.Equal(7, answers.Count(answer => answer.Code == "catalog_version_outdated"));
        Assert.Equal("\"4\"", await shop.Tag($"/products/{sku}"));
    }

    [Fact]
    public async Task One_that_is_added_again_with_its_key_is_there_once_and_without_it_is_refused()
    {
        var sku = await shop.NewProduct();
        var (picture, other, key) = (await Upload(), await Upload(), shop.NewKey());
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Add(sku, picture, "A cup", key)));
        Assert.Contains(answers, answer => answer.Status == 201);
        Assert.All(answers, answer => Assert.True(answer.Status == 201 || answer.Code == "idempotency_key_in_use", answer.Body));
        var again = await Add(sku, picture, "A cup", key);
        Assert.Equal((201, "true"), (again.Status, again.Headers["Idempotent-Replayed"]));
        Assert.Equal("idempotency_key_reused", (await Add(sku, other, "A cup", key)).Code);
        Assert.Equal("image_repeated", (await Add(sku, picture, "A cup")).Code);
        Assert.Equal([(picture, "A cup")], ImagesOf((await shop.Send(HttpMethod.Get, $"/products/{sku}")).Json));
    }

    [Fact]
    public async Task A_product_has_up_to_twelve_however_many_are_added_at_once()
    {
        var sku = await shop.NewProduct();
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Add(sku, $"https://cdn.test/{i}.png")));
        Assert.Equal(12, answers.Count(answer => answer.Status == 201));
        Assert.Equal(4, answers.Count(answer => answer.Code == "too_many_images"));
        Assert.Equal(12, ImagesOf((await shop.Send(HttpMethod.Get, $"/products/{sku}")).Json).Count);
    }

    [Fact]
    public async Task A_picture_that_nobody_uploaded_is_not_shown_and_one_that_is_shown_is_not_removed()
    {
        var sku = await shop.NewProduct();
        var picture = await Upload();
        foreach (var unknown in new[] { $"/images/{new string('0', 32)}.png", Path.ChangeExtension(picture, "gif"), "/images/../x.png" })
        {
            Assert.Equal((422, "unknown_image"), Refusal(await Add(sku, unknown)));
            Assert.Equal((422, "unknown_image"), Refusal(await Set(sku, "\"1\"", (unknown, ""))));
            Assert.Equal((422, "unknown_image"), Refusal(await shop.Send(HttpMethod.Post, "/products", new
            {
                title = "New",
                category = "things",
                images = new[] { new { address = unknown } },
                variants = new[] { new { sku = shop.NewSku(), price = Pounds(1), stock = 1 } },
            })));
        }
        Assert.Equal("\"1\"", await shop.Tag($"/products/{sku}"));
        Assert.Equal("product_not_found", (await Add("NOWHERE", picture)).Code);
        Assert.Equal("product_not_found", (await Set("NOWHERE", "\"1\"", (picture, ""))).Code);

        await Add(sku, "/images/demo/KIT-001.svg");
        await Add(sku, picture);
        Assert.Equal("image_shown", (await shop.Send(HttpMethod.Delete, $"/images/{HashOf(picture)}")).Code);
        await Set(sku, "\"3\"");
        Assert.Equal(204, (await shop.Send(HttpMethod.Delete, $"/images/{HashOf(picture)}")).Status);
    }

    [Fact]
    public async Task Adding_a_picture_and_removing_it_at_once_leaves_no_product_with_one_that_is_gone()
    {
        for (var round = 0; round < 6; round++)
        {
            var (sku, picture) = (await shop.NewProduct(), await Upload());
            var answers = await Task.WhenAll(Add(sku, picture), shop.Send(HttpMethod.Delete, $"/images/{HashOf(picture)}"));
            Assert.Equal(
                answers[1].Status == 204 ? (422, "unknown_image", 0) : (201, null, 1),
                (answers[0].Status, answers[0].Status == 201 ? null : answers[0].Code,
                    ImagesOf((await shop.Send(HttpMethod.Get, $"/products/{sku}")).Json).Count));
        }
    }

    [Fact]
    public async Task A_new_product_brings_its_pictures()
    {
        var (sku, picture) = (shop.NewSku(), await Upload());
        var made = await shop.Send(HttpMethod.Post, "/products", new
        {
            title = "Lamp",
            category = "things",
            images = new[] { new { address = "https://cdn.test/lamp.png", alt = "" }, new { address = picture, alt = "Its switch" } },
            variants = new[] { new { sku, price = Pounds(1), stock = 1 } },
        });
        Assert.Equal([("https://cdn.test/lamp.png", ""), (picture, "Its switch")], ImagesOf(made.Json));
    }

    [Fact]
    public async Task Nobody_else_changes_them()
    {
        var sku = await shop.NewProduct();
        foreach (var (bearer, status) in new[] { ((string?)null, 401), ("ada", 403) })
            foreach (var method in new[] { HttpMethod.Post, HttpMethod.Put })
                Assert.Equal(status, (await shop.Shop.Send(
                    method, $"{Admin}/products/{sku}/images", """{"address":"/a.png"}""", bearer,
                    ("Idempotency-Key", shop.NewKey()), ("If-Match", "\"1\""))).Status);
        Assert.Equal("\"1\"", await shop.Tag($"/products/{sku}"));
    }

    [Fact]
    public async Task The_one_picture_of_a_product_made_before_there_were_several_is_its_first()
    {
        var sku = await shop.NewProduct();
        await shop.Database.Sql.Execute(
            $"update catalog.products set image = '/images/demo/KIT-001.svg', images = default where sku = '{sku}'", default);
        var migration = typeof(CatalogFeature).Assembly.GetManifestResourceNames()
            .Single(name => name.EndsWith("0007_galleries.sql", StringComparison.Ordinal));
        using var reader = new StreamReader(typeof(CatalogFeature).Assembly.GetManifestResourceStream(migration)!);
        var fill = (await reader.ReadToEndAsync()).Split('\n').Single(line => line.StartsWith("update", StringComparison.Ordinal));
        await shop.Database.Sql.Execute(fill.Replace("image <> ''", $"sku = '{sku}'", StringComparison.Ordinal), default);
        Assert.Equal([("/images/demo/KIT-001.svg", "")], ImagesOf((await shop.Send(HttpMethod.Get, $"/products/{sku}")).Json));
    }

    private Task<TinyShop.Answer> Add(string sku, string address, string alt = "", string? key = null) =>
        shop.Send(HttpMethod.Post, $"/products/{sku}/images", new { address, alt }, key: key);

    private Task<TinyShop.Answer> Set(string sku, string? version, params (string Address, string Alt)[] images) => shop.Send(
        HttpMethod.Put, $"/products/{sku}/images",
        new { images = images.Select(image => new { address = image.Address, alt = image.Alt }) }, version);

    private async Task<string> Upload()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Admin + "/images") { Content = new ByteArrayContent(NewPictures.Next()) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "admin");
        using var answer = await shop.Shop.Client.SendAsync(request);
        return JsonElement.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync()).GetProperty("address").GetString()!;
    }

    private static string HashOf(string address) => Path.GetFileNameWithoutExtension(address);

    private static (int, string?) Refusal(TinyShop.Answer answer) => (answer.Status, answer.Code);

    private static List<(string, string)> ImagesOf(JsonElement product) =>
        [.. product.GetProperty("images").EnumerateArray()
            .Select(image => (image.GetProperty("address").GetString()!, image.GetProperty("alt").GetString()!))];
}
