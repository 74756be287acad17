using System.Net;
using System.Text.Json;

namespace Doorbuster.IntegrationTests.Storefront;

/// <summary>The pages over HTTP, as browsers, caches and search engines see them.</summary>
public sealed class PageTests(PageShop shop) : IClassFixture<PageShop>
{
    [Theory]
    [InlineData("/", 200)]
    [InlineData("/zh/", 200)]
    [InlineData("/nothing-here", 404)]
    [InlineData("/products/NO-SUCH-THING", 404)]
    [InlineData("/api/v1/products", 200)]
    [InlineData("/api/v1/products/NO-SUCH-THING", 404)]
    [InlineData("/api/v1/orders", 401)]
    [InlineData("/assets/0/shop.css", 200)]
    [InlineData("/assets/0/none.css", 404)]
    [InlineData("/problems", 200)]
    public async Task Every_answer_says_what_it_may_do_in_a_browser(string path, int status)
    {
        var answer = await shop.Get(path, accept: "text/html");

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("nosniff", Header(answer, "X-Content-Type-Options"));
        Assert.Equal("same-origin", Header(answer, "Referrer-Policy"));
        var policy = Header(answer, "Content-Security-Policy");
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Matches("default-src '(none|self)'", policy);
    }

    [Fact]
    public async Task A_broken_link_is_a_page_for_people_and_a_problem_for_programs()
    {
        var people = await shop.Get("/nothing-here", accept: "text/html,*/*;q=0.8");
        var chinese = await shop.Get("/zh/nothing-here", accept: "text/html");
        var programs = await shop.Get("/nothing-here", accept: "application/json");

        Assert.Contains("We can&#x27;t find that page", await people.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("找不到这个页面", await chinese.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("application/problem+json", programs.Content.Headers.ContentType!.MediaType);
        Assert.Contains("no-store", people.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cross-site", null)]
    [InlineData("same-site", null)]
    [InlineData(null, "https://evil.example")]
    [InlineData(null, "null")]
    [InlineData(null, null)]
    public async Task A_form_that_another_site_sends_changes_nothing(string? site, string? origin)
    {
        var answer = await shop.Post("/sign-in", PageShop.Ada, site, origin);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        Assert.Contains("didn&#x27;t come from our pages", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Our_own_form_signs_in_and_leads_back()
    {
        var bySite = await shop.Post("/sign-in", PageShop.Ada, "same-origin", null);
        var byOrigin = await shop.Post("/sign-in?next=/help", PageShop.Ada, null, shop.Origin);

        Assert.Equal((HttpStatusCode.SeeOther, "/"), (bySite.StatusCode, bySite.Headers.Location!.ToString()));
        Assert.Equal((HttpStatusCode.SeeOther, "/help"), (byOrigin.StatusCode, byOrigin.Headers.Location!.ToString()));
        Assert.Contains("HttpOnly", Header(bySite, "Set-Cookie"), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("email=nobody&password=12345678")]
    [InlineData("email=&password=")]
    [InlineData("nonsense")]
    [InlineData("email=ada%40example.test&password=wrong-password")]
    public async Task A_form_that_cannot_be_shows_itself_again(string form)
    {
        var answer = await shop.Post("/sign-in", form, "same-origin", null);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains("role=\"alert\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task A_form_that_cannot_be_read_is_refused_in_words()
    {
        var answer = await shop.Post("/sign-in", "email=a%00%40b.c&password=12345678", "same-origin", null);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("That didn&#x27;t work", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_that_is_everybodys_may_be_kept_and_has_nothing_of_a_person()
    {
        var cookie = Header(await shop.Post("/sign-in", PageShop.Ada, "same-origin", null), "Set-Cookie").Split(';')[0];

        foreach (var path in new[] { "/help", "/zh/help", "/categories", "/sales", "/search?q=x" })
        {
            var stranger = await shop.Get(path);
            var ada = await shop.Get(path, cookie: cookie);

            Assert.StartsWith("public, ", stranger.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
            Assert.False(ada.Headers.Contains("Set-Cookie"));
            Assert.Equal(Header(stranger, "ETag"), Header(ada, "ETag"));
            Assert.Equal(await stranger.Content.ReadAsStringAsync(), await ada.Content.ReadAsStringAsync());
        }
        var mine = JsonDocument.Parse(await (await shop.Get("/me.json", cookie: cookie)).Content.ReadAsStringAsync()).RootElement;
        var nobodys = await shop.Get("/me.json");
        Assert.Equal("Ada", mine.GetProperty("name").GetString()!.Split(' ')[0]);
        Assert.Matches("^[0-9a-f]{16}$", mine.GetProperty("mark").GetString());
        Assert.Equal("""{"name":null,"units":0,"mark":null}""", await nobodys.Content.ReadAsStringAsync());
        Assert.Contains("no-store", nobodys.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_has_the_page_already_is_not_sent_it_again()
    {
        var first = await shop.Get("/help");
        var second = await shop.Get("/help", ifNoneMatch: Header(first, "ETag"));
        var small = await shop.Get("/help", encoding: "gzip, br");

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Equal("br", Header(small, "Content-Encoding"));
        Assert.True((await small.Content.ReadAsByteArrayAsync()).Length * 2 < (await first.Content.ReadAsByteArrayAsync()).Length);
    }

    [Fact]
    public async Task What_pages_load_is_kept_for_ever_and_what_an_old_page_asks_for_is_not()
    {
        var page = await (await shop.Get("/help")).Content.ReadAsStringAsync();
        var address = page.Split("href=\"").Select(part => part.Split('"')[0]).Single(part => part.EndsWith("shop.css", StringComparison.Ordinal));

        var now = await shop.Get(address);
        var old = await shop.Get("/assets/000000000000/shop.css");

        Assert.Contains("immutable", now.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        Assert.Equal("no-cache", old.Headers.CacheControl!.ToString());
        Assert.Contains("@layer pico", await old.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_links_to_pages_in_its_own_language()
    {
        var page = await (await shop.Get("/zh/help")).Content.ReadAsStringAsync();
        var links = page.Split("<body>")[1].Split("href=\"").Skip(1).Select(part => part.Split('"')[0]).ToList();

        Assert.NotEmpty(links);
        Assert.All(links.Where(link => link.StartsWith('/') && link != "/docs/api"), link => Assert.StartsWith("/zh/", link, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_first_page_is_in_the_language_that_was_chosen_or_is_read()
    {
        var read = await shop.Get("/", language: "zh-CN,zh;q=0.9");
        var chosen = await shop.Get("/", language: "zh-CN", cookie: "lang=en");
        var choosing = await shop.Post("/language", "to=zh&back=//evil.example", "same-origin", null);

        Assert.Equal((HttpStatusCode.Found, "/zh/"), (read.StatusCode, read.Headers.Location!.ToString()));
        Assert.Equal(HttpStatusCode.OK, chosen.StatusCode);
        Assert.Contains("Accept-Language", string.Join(',', chosen.Headers.Vary), StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.SeeOther, "/zh/"), (choosing.StatusCode, choosing.Headers.Location!.ToString()));
    }

    [Fact]
    public async Task Search_engines_are_told_what_there_is_and_what_to_leave_alone()
    {
        var robots = await (await shop.Get("/robots.txt")).Content.ReadAsStringAsync();
        var sitemap = await (await shop.Get("/sitemap.xml")).Content.ReadAsStringAsync();
        var feed = await shop.Get("/feed.xml");

        Assert.Contains($"Sitemap: {shop.Origin}/sitemap.xml", robots, StringComparison.Ordinal);
        Assert.Contains($"<loc>{shop.Origin}/zh/help</loc>", sitemap, StringComparison.Ordinal);
        Assert.Contains($"<loc>{shop.Origin}/help</loc>", sitemap, StringComparison.Ordinal);
        Assert.Equal("application/atom+xml", feed.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task A_process_of_sales_shows_pages_of_what_other_processes_offer()
    {
        await using var sale = await RunningShop.Serve(shop.Addresses, "sale");

        using var departments = await sale.Client.GetAsync(new Uri("/categories", UriKind.Relative));
        using var api = await sale.Client.GetAsync(new Uri("/api/v1/categories", UriKind.Relative));

        Assert.Equal(HttpStatusCode.OK, departments.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, api.StatusCode);
    }

    [Fact]
    public async Task While_it_is_worked_on_every_page_says_so_and_the_api_goes_on()
    {
        await using var closed = await RunningShop.Serve(
            shop.Addresses, settings: new() { ["Storefront:IsInMaintenance"] = "true" });

        using var page = await closed.Client.GetAsync(new Uri("/help", UriKind.Relative));
        using var api = await closed.Client.GetAsync(new Uri("/api/v1/categories", UriKind.Relative));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, page.StatusCode);
        Assert.NotNull(page.Headers.RetryAfter);
        Assert.Contains("tidying the shelves", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, api.StatusCode);
    }

    private static string Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) || answer.Content.Headers.TryGetValues(name, out values)
            ? string.Join(", ", values) : "";
}
