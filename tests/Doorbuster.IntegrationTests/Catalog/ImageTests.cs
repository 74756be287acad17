using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using static Doorbuster.IntegrationTests.Catalog.CatalogShop;

namespace Doorbuster.IntegrationTests.Catalog;

public sealed class ImageTests(CatalogShop shop) : IClassFixture<CatalogShop>
{
    private static readonly byte[] Png = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=");

    [Fact]
    public async Task A_picture_is_kept_by_its_content_shown_for_ever_and_removed_when_no_product_shows_it()
    {
        var (status, image) = await Upload(Png, "text/html");    // what it is called makes no difference
        Assert.Equal((HttpStatusCode.Created, "image/png", 1, 1),
            (status, image.GetProperty("type").GetString(), image.GetProperty("width").GetInt32(), image.GetProperty("height").GetInt32()));
        Assert.Equal(HttpStatusCode.OK, (await Upload(Png, null)).Status);    // the same again is the same
        var address = image.GetProperty("address").GetString()!;

        using (var shown = await shop.Shop.Client.GetAsync(new Uri(address, UriKind.Relative)))
        {
            Assert.Equal(Png, await shown.Content.ReadAsByteArrayAsync());
            Assert.Equal("image/png", shown.Content.Headers.ContentType?.MediaType);
            Assert.Equal("public, max-age=31536000, immutable", string.Join(", ", shown.Headers.GetValues("Cache-Control")));
            Assert.Equal("nosniff", Assert.Single(shown.Headers.GetValues("X-Content-Type-Options")));
            Assert.Contains("sandbox", Assert.Single(shown.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
            Assert.Equal(304, (await shop.Public(address, ("If-None-Match", shown.Headers.ETag!.Tag))).Status);
        }
        Assert.Equal("image_not_found", (await shop.Public(address.Replace(".png", ".gif", StringComparison.Ordinal))).Code);

        var sku = await shop.NewProduct();
        await shop.Send(HttpMethod.Put, $"/products/{sku}/images", new { images = new[] { new { address } } }, "\"1\"");
        var hash = address["/images/".Length..^".png".Length];
        Assert.Equal("image_shown", (await shop.Send(HttpMethod.Delete, $"/images/{hash}")).Code);
        await shop.Send(HttpMethod.Put, $"/products/{sku}/images", new { images = Array.Empty<object>() }, "\"2\"");
        Assert.Equal(204, (await shop.Send(HttpMethod.Delete, $"/images/{hash}")).Status);
        Assert.Equal("image_not_found", (await shop.Public(address)).Code);
        Assert.Equal("image_not_found", (await shop.Send(HttpMethod.Delete, $"/images/{hash}")).Code);
        Assert.Equal(["removed", "created"], (await shop.Send(HttpMethod.Get, $"/changes?kind=image&subject={hash}")).Json
            .GetProperty("data").EnumerateArray().Select(change => change.GetProperty("action").GetString()));
    }

    [Fact]
    public async Task What_is_disguised_as_a_picture_is_refused()
    {
        byte[][] disguised =
        [
            [], "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"u8.ToArray(), "MZ\x90\0"u8.ToArray(),
            [.. Png[..8], .. "<html><script>alert(1)</script></html>"u8], [.. Png, .. "PK\x03\x04"u8], Png[..^1],
        ];
        foreach (var bytes in disguised)
        {
            var (status, refusal) = await Upload(bytes, "image/png");
            Assert.Equal((HttpStatusCode.UnprocessableEntity, "no_picture"), (status, refusal.GetProperty("code").GetString()));
        }
        Assert.Equal("image_not_found", (await shop.Public($"/images/{new string('0', 32)}.svg")).Code);
        Assert.Equal("image_not_found", (await shop.Public("/images/..%2f..%2fetc.png")).Code);
    }

    [Fact]
    public async Task A_picture_may_have_five_mebibytes_and_other_bodies_still_64_kibibytes()
    {
        var (status, image) = await Upload(Padded(5 * 1024 * 1024), "image/png");
        Assert.Equal((HttpStatusCode.Created, 5 * 1024 * 1024), (status, image.GetProperty("bytes").GetInt32()));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await Upload(Padded(5 * 1024 * 1024 + 1), "image/png")).Status);
        Assert.Equal(413, (await shop.Send(HttpMethod.Post, "/categories", $$"""{"name":"{{new string('x', 70_000)}}"}""")).Status);
        Assert.Single((await shop.Send(HttpMethod.Get, "/images?limit=1")).Json.GetProperty("data").EnumerateArray());
    }

    // A PNG with a text chunk of nothing.
    private static byte[] Padded(int length)
    {
        var padding = new byte[length - Png.Length];
        BinaryPrimitives.WriteInt32BigEndian(padding, padding.Length - 12);
        Encoding.ASCII.GetBytes("tEXt").CopyTo(padding, 4);
        return [.. Png[..^12], .. padding, .. Png[^12..]];
    }

    private async Task<(HttpStatusCode Status, JsonElement Body)> Upload(byte[] bytes, string? type)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Admin + "/images") { Content = new ByteArrayContent(bytes) };
        request.Content.Headers.ContentType = type is null ? null : new MediaTypeHeaderValue(type);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "admin");
        request.Headers.ExpectContinue = true;    // a body that is refused unread would break the connection it is sent on
        using var answer = await shop.Shop.Client.SendAsync(request);
        return (answer.StatusCode, JsonElement.Parse(await answer.Content.ReadAsStringAsync()));
    }
}
