using System.Text;
using System.Xml;
using Doorbuster.Platform.Web;
using Doorbuster.Platform.Web.Pages;
using Doorbuster.Storefront.Api;
using Doorbuster.Storefront.Languages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Doorbuster.Storefront.Pages.Machines;

/// <summary>What programs read of the shop: which pages there are, which to leave alone, and what is new.</summary>
internal sealed class ForMachines(LocalApi local, IOptions<StorefrontOptions> options, TimeProvider clock)
{
    private const int ProductsAtOnce = 100;
    private const int PerSitemap = 10_000;    // of 50,000 that a sitemap may have, each in every language
    private const int FeedMax = 30;
    private const string SitemapSpace = "http://www.sitemaps.org/schemas/sitemap/0.9";
    private const string HtmlSpace = "http://www.w3.org/1999/xhtml";
    private const string FeedSpace = "http://www.w3.org/2005/Atom";

    private static readonly string[] Places = ["/", "/categories", "/sales", "/help"];

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/robots.txt", Robots).ForAnyone().ExcludeFromDescription();
        routes.MapGet("/sitemap.xml", Sitemap).ForAnyone().TakesAtMost(TimeSpan.FromSeconds(30)).ExcludeFromDescription();
        foreach (var language in Language.All)
            routes.MapGet(language.Link("/feed.xml"), http => Feed(http, language)).ForAnyone().ExcludeFromDescription();
    }

    private Task Robots(HttpContext http) => Send(http, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(
        $"""
        User-agent: *
        Disallow: /admin
        Disallow: /api/
        Disallow: /account
        Disallow: /cart
        Disallow: /checkout
        Disallow: /search
        Disallow: /zh/account
        Disallow: /zh/cart
        Disallow: /zh/checkout
        Disallow: /zh/search
        Sitemap: {OriginOf(http)}/sitemap.xml

        """));

    private async Task Sitemap(HttpContext http)
    {
        var (api, origin) = (Api(http), OriginOf(http));
        await Write(http, "application/xml; charset=utf-8", async xml =>
        {
            await xml.WriteStartElementAsync(null, "urlset", SitemapSpace);
            await xml.WriteAttributeStringAsync("xmlns", "xhtml", null, HtmlSpace);
            foreach (var place in Places)
                await Place(xml, origin, place, null);
            if ((await api.Get("/api/v1/categories", StorefrontJson.Default.ApiCategories)).Value is { } categories)
                foreach (var category in categories.Data)
                    await Place(xml, origin, $"/categories/{Uri.EscapeDataString(category.Slug)}", null);
            string? after = null;
            for (var written = 0; written < PerSitemap;)
            {
                var answer = await api.Get(
                    $"/api/v1/products?limit={ProductsAtOnce}{(after is null ? "" : $"&after={after}")}",
                    StorefrontJson.Default.ApiProducts);
                if (answer.Value is not { } products)
                    break;
                foreach (var product in products.Data)
                    await Place(xml, origin, $"/products/{Uri.EscapeDataString(product.Sku)}", product.UpdatedAt);
                written += products.Data.Count;
                after = products.Page.NextCursor;
                if (!products.Page.HasMore)
                    break;
            }
            await xml.WriteEndElementAsync();
        });
    }

    private async Task Feed(HttpContext http, Language language)
    {
        var (origin, words) = (OriginOf(http), Words.In(language));
        var answer = await Api(http).Get($"/api/v1/products?limit={FeedMax}", StorefrontJson.Default.ApiProducts);
        IReadOnlyList<ApiProduct> products = answer.Value?.Data ?? [];
        var updated = products.Count > 0 ? products.Max(product => product.UpdatedAt) : clock.GetUtcNow();
        await Write(http, "application/atom+xml; charset=utf-8", async xml =>
        {
            await xml.WriteStartElementAsync(null, "feed", FeedSpace);
            await xml.WriteElementStringAsync(null, "title", FeedSpace, $"{words["shell.name"]} · {words["shell.feed"]}");
            await xml.WriteElementStringAsync(null, "id", FeedSpace, origin + language.Link("/"));
            await xml.WriteElementStringAsync(null, "updated", FeedSpace, Iso(updated));
            await LinkTo(xml, origin + language.Link("/feed.xml"), "self");
            await LinkTo(xml, origin + language.Link("/"), "alternate");
            foreach (var product in products.OrderByDescending(product => product.UpdatedAt))
            {
                var address = origin + language.Link($"/products/{Uri.EscapeDataString(product.Sku)}");
                await xml.WriteStartElementAsync(null, "entry", FeedSpace);
                await xml.WriteElementStringAsync(null, "title", FeedSpace,
                    $"{product.Title}, {Format.Money(product.Leading.Price.Amount, product.Leading.Price.Currency, language)}");
                await xml.WriteElementStringAsync(null, "id", FeedSpace, address);
                await xml.WriteElementStringAsync(null, "updated", FeedSpace, Iso(product.UpdatedAt));
                await LinkTo(xml, address, "alternate");
                await xml.WriteElementStringAsync(null, "summary", FeedSpace, product.Description);
                await xml.WriteEndElementAsync();
            }
            await xml.WriteEndElementAsync();
        });
    }

    private static async Task Place(XmlWriter xml, string origin, string path, DateTimeOffset? changed)
    {
        foreach (var language in Language.All)
        {
            await xml.WriteStartElementAsync(null, "url", SitemapSpace);
            await xml.WriteElementStringAsync(null, "loc", SitemapSpace, origin + language.Link(path));
            if (changed is { } at)
                await xml.WriteElementStringAsync(null, "lastmod", SitemapSpace, Iso(at));
            foreach (var other in Language.All)
            {
                await xml.WriteStartElementAsync("xhtml", "link", HtmlSpace);
                await xml.WriteAttributeStringAsync(null, "rel", null, "alternate");
                await xml.WriteAttributeStringAsync(null, "hreflang", null, other.Tag);
                await xml.WriteAttributeStringAsync(null, "href", null, origin + other.Link(path));
                await xml.WriteEndElementAsync();
            }
            await xml.WriteEndElementAsync();
        }
    }

    private static async Task LinkTo(XmlWriter xml, string address, string relation)
    {
        await xml.WriteStartElementAsync(null, "link", FeedSpace);
        await xml.WriteAttributeStringAsync(null, "rel", null, relation);
        await xml.WriteAttributeStringAsync(null, "href", null, address);
        await xml.WriteEndElementAsync();
    }

    private static async Task Write(HttpContext http, string type, Func<XmlWriter, Task> write)
    {
        using var buffer = new MemoryStream();
        await using (var xml = XmlWriter.Create(buffer, new() { Async = true, Encoding = new UTF8Encoding(false) }))
        {
            await xml.WriteStartDocumentAsync();
            await write(xml);
        }
        await Send(http, type, buffer.ToArray());
    }

    private static Task Send(HttpContext http, string type, byte[] body)
    {
        http.Response.Headers.CacheControl = "public, max-age=300, stale-if-error=86400";
        http.Response.ContentType = type;
        http.Response.ContentLength = body.Length;
        return http.Response.Body.WriteAsync(body, http.RequestAborted).AsTask();
    }

    private static string Iso(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);

    private ShopApi Api(HttpContext http) => new(local, caller: null, http.RequestAborted);

    private string OriginOf(HttpContext http) => options.Value.OriginOf(http.Request);
}
