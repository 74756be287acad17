using System.Globalization;
using System.Net;

namespace Doorbuster.IntegrationTests.Storefront;

/// <summary>Who gets into the console, and what its tables do.</summary>
public sealed class ConsoleTests(ConsoleShop shop) : IClassFixture<ConsoleShop>
{
    [Theory]
    [InlineData("/admin")]
    [InlineData("/admin/sales")]
    [InlineData("/admin/sales.csv")]
    public async Task Strangers_and_shoppers_are_led_to_signing_in(string path)
    {
        var shopper = await shop.Post("/sign-in", "email=ada%40example.test&password=demo-password");
        var sid = shopper.Headers.GetValues("Set-Cookie").First().Split(';')[0];

        foreach (var cookie in new[] { null, sid, sid.Replace("sid=", "console=", StringComparison.Ordinal), "console=nonsense" })
        {
            var answer = await shop.Get(path, cookie);
            Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
            Assert.Equal($"/admin/sign-in?next={Uri.EscapeDataString(path)}", answer.Headers.Location!.ToString());
        }
    }

    [Fact]
    public async Task A_shopper_cannot_sign_in_here_and_is_not_signed_in_to_the_shop_by_trying()
    {
        var answer = await shop.Post("/admin/sign-in", "email=ada%40example.test&password=demo-password");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        Assert.Contains("may not run the shop", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_administrator_gets_a_cookie_that_goes_nowhere_but_here()
    {
        var answer = await shop.Post("/admin/sign-in?next=/admin/sales", shop.SignInForm);
        var set = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        var cookie = ConsoleShop.CookieOf(answer);

        Assert.Equal("/admin/sales", answer.Headers.Location!.ToString());
        Assert.Contains("path=/admin", set, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", set, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("httponly", set, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("max-age=7200", set, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(HttpStatusCode.OK, (await shop.Get("/admin/sales", cookie)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await shop.Get("/api/admin/v1/sales", cookie)).StatusCode);
    }

    [Fact]
    public async Task Who_signs_out_is_out()
    {
        var cookie = await shop.SignIn();
        await shop.Post("/admin/sign-out", "", cookie);

        Assert.Equal(HttpStatusCode.SeeOther, (await shop.Get("/admin/sales", cookie)).StatusCode);
    }

    [Theory, InlineData("//evil.example"), InlineData("https://evil.example"), InlineData("/orders"), InlineData("/administer")]
    public async Task The_way_back_leads_into_the_console_only(string next)
    {
        var answer = await shop.Post("/admin/sign-in", shop.SignInForm + "&next=" + Uri.EscapeDataString(next));
        Assert.Equal("/admin", answer.Headers.Location!.ToString());
    }

    [Fact]
    public async Task A_form_from_elsewhere_is_refused()
    {
        var answer = await shop.Post("/admin/sign-in", shop.SignInForm, site: "cross-site");
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task It_speaks_the_persons_language_under_one_address()
    {
        var cookie = await shop.SignIn();
        Assert.Contains("<html lang=\"zh-Hans\"", await Page("/admin/sales", cookie + "; lang=zh"), StringComparison.Ordinal);
        Assert.Contains("<html lang=\"en\"", await Page("/admin/sales", cookie + "; lang=en"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_console_has_a_role_of_its_own_that_serves_nothing_of_the_shop()
    {
        await using var console = await RunningShop.Serve(shop.Addresses, "admin");
        var page = await Page("/admin/sales", await shop.SignIn(), console.Client);
        var style = page.Split("href=\"").Select(part => part.Split('"')[0]).Single(part => part.EndsWith("console.css", StringComparison.Ordinal));

        Assert.Contains("<h1>Sales</h1>", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await shop.Get(style, at: console.Client)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await shop.Get("/products/MIDNIGHT-MUG", at: console.Client)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await shop.Get("/api/v1/products", at: console.Client)).StatusCode);
    }

    [Fact]
    public async Task A_sale_is_made_once_however_often_its_form_is_sent()
    {
        var cookie = await shop.SignIn();
        var key = ConsoleShop.Hidden(await Page("/admin/sales/new", cookie), "key");
        var form = $"key={key}&sku={await shop.Variant()}&units=7&price=9.99&currency=GBP";

        var first = await shop.Post("/admin/sales/new", form, cookie);
        var second = await shop.Post("/admin/sales/new", form, cookie);

        Assert.StartsWith("/admin/sales/sal_", first.Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.Equal(first.Headers.Location, second.Headers.Location);
    }

    [Theory]
    [InlineData("units=0&price=9.99")]
    [InlineData("units=many&price=9.99")]
    [InlineData("units=-1&price=9.99")]
    [InlineData("units=5&price=0")]
    [InlineData("units=5&price=9.999")]
    [InlineData("units=5&price=9.99&opensAt=yesterday")]
    [InlineData("units=5&price=9.99&opensAt=2020-01-01T00%3A00&closesAt=2020-01-01T00%3A00")]
    [InlineData("units=5&price=9.99&sku=NO-SUCH-THING")]
    [InlineData("nonsense")]
    public async Task A_sale_that_cannot_be_shows_its_form_again(string form)
    {
        var sku = form.Contains("sku=", StringComparison.Ordinal) ? "" : $"&sku={await shop.Variant()}";
        var answer = await shop.Post("/admin/sales/new", form + sku + "&currency=GBP", await shop.SignIn());

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains("role=\"alert\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_changes_an_older_version_is_told_and_keeps_what_he_wrote()
    {
        var cookie = await shop.SignIn();
        var path = await NewSale(cookie);
        var version = Uri.EscapeDataString(ConsoleShop.Hidden(await Page(path, cookie), "version"));
        await shop.Post(path, $"version={version}&units=8&wasUnits=7", cookie);

        var late = await shop.Post(path, $"version={version}&units=99&wasUnits=7", cookie);
        var page = await late.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.Conflict, late.StatusCode);
        Assert.Contains("Somebody else changed this", page, StringComparison.Ordinal);
        Assert.Contains("value=\"99\"", page, StringComparison.Ordinal);
        Assert.NotEqual(version, Uri.EscapeDataString(ConsoleShop.Hidden(page, "version")));
        Assert.Contains("value=\"8\"", await Page(path, cookie), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_closing_time_is_set_and_taken_away_again()
    {
        var cookie = await shop.SignIn();
        var path = await NewSale(cookie);
        var time = TimeProvider.System.GetUtcNow().AddDays(30).ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
        foreach (var (was, closesAt) in new[] { ("", time), (time, "") })
        {
            var version = Uri.EscapeDataString(ConsoleShop.Hidden(await Page(path, cookie), "version"));
            var saved = await shop.Post(
                path, $"version={version}&units=7&wasUnits=7&wasClosesAt={Uri.EscapeDataString(was)}&closesAt={Uri.EscapeDataString(closesAt)}", cookie);
            Assert.Equal($"{path}?done=1", saved.Headers.Location?.ToString());
            Assert.Equal(closesAt, ConsoleShop.Hidden(await Page(path, cookie), "wasClosesAt"));
        }
    }

    [Fact]
    public async Task What_cannot_be_taken_back_asks_for_the_password_and_then_happens()
    {
        await using var strict = await RunningShop.Serve(
            shop.Addresses, "admin", new() { ["Console:ConfirmAfter"] = "00:00:00" });
        var cookie = await shop.SignIn();
        var path = await NewSale(cookie);
        var form = $"version={Uri.EscapeDataString(ConsoleShop.Hidden(await Page(path, cookie), "version"))}";

        var asked = await shop.Post($"{path}/close", form, cookie, at: strict.Client);
        var wrong = await shop.Post($"{path}/close", form + "&console-password=not-it", cookie, at: strict.Client);
        Assert.Equal(HttpStatusCode.OK, asked.StatusCode);
        Assert.Contains("Is it you?", await asked.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.StatusCode);
        Assert.Contains(">Close for good<", await Page(path, cookie), StringComparison.Ordinal);

        var done = await shop.Post(
            $"{path}/close", form + "&console-password=" + Uri.EscapeDataString(shop.Password), cookie, at: strict.Client);
        Assert.Equal($"{path}?done=1", done.Headers.Location!.ToString());
        Assert.DoesNotContain(">Close for good<", await Page(path, ConsoleShop.CookieOf(done)), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await shop.Get(path, cookie)).StatusCode);    // the older session has ended
    }

    [Fact]
    public async Task Another_process_shows_figures_of_what_this_one_sold()
    {
        await using var console = await RunningShop.Serve(shop.Addresses, "admin");
        var cookie = await shop.SignIn();
        var path = await NewSale(cookie);
        await shop.Claim(path.Split('/')[^1]);

        await Eventually.IsTrue(
            async () => (await Page(path, cookie, console.Client)).Contains("data-total=\"sold\">1<", StringComparison.Ordinal),
            "the claim is told of", TimeSpan.FromSeconds(15));
        var events = await ConsoleShop.FirstEvent($"{path}/events", cookie, console.Client);
        Assert.StartsWith("event: figures", events, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await shop.Get($"{path}/events", at: console.Client)).StatusCode);
    }

    [Fact]
    public async Task A_table_leaves_as_a_file()
    {
        var cookie = await shop.SignIn();
        var path = await NewSale(cookie);
        var answer = await shop.Get("/admin/sales.csv?text=" + path.Split('/')[^1], cookie);
        var lines = (await answer.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal("text/csv", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("title,phase,units,price,limit,opens,closes,sku,id", lines[0]);
        Assert.Contains(",7,9.99 GBP,", Assert.Single(lines[1..]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_products_text_price_and_stock_are_changed_and_an_older_version_changes_nothing()
    {
        var cookie = await shop.SignIn();
        var sku = await shop.Variant();
        var path = $"/admin/products/{sku}";
        var version = Uri.EscapeDataString(ConsoleShop.Hidden(await Page(path, cookie), "version"));

        var variant = await shop.Post(
            $"{path}/variants/{sku}", $"version={version}&currency=GBP&was-price=19.99&price=17.50&was-stock=100&stock=120", cookie);
        Assert.Equal($"{path}?done=1", variant.Headers.Location!.ToString());
        var page = await Page(path, cookie);
        Assert.Equal("17.50", ConsoleShop.Hidden(page, "was-price"));
        Assert.Equal("120", ConsoleShop.Hidden(page, "was-stock"));

        var late = await shop.Post(path, $"version={version}&was-title=x&title=Another+thing&was-published=true&published=true", cookie);
        var again = await late.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.Conflict, late.StatusCode);
        Assert.Contains("Somebody else changed this", again, StringComparison.Ordinal);
        Assert.Contains("value=\"Another thing\"", again, StringComparison.Ordinal);
        Assert.Contains("<h1>A thing</h1>", again, StringComparison.Ordinal);

        version = Uri.EscapeDataString(ConsoleShop.Hidden(again, "version"));
        var done = await shop.Post(path, $"version={version}&was-title=x&title=Another+thing", cookie);
        Assert.Equal($"{path}?done=1", done.Headers.Location!.ToString());
        Assert.Contains("<h1>Another thing</h1>", await Page(path, cookie), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("price=free&was-stock=1&stock=1")]
    [InlineData("price=1.999&was-stock=1&stock=1")]
    [InlineData("was-price=1&price=1&stock=-5")]
    [InlineData("was-price=1&price=1&stock=99999999999999999999")]
    public async Task Nonsense_for_a_variant_is_said_at_its_field(string form)
    {
        var cookie = await shop.SignIn();
        var sku = await shop.Variant();
        var answer = await shop.Post($"/admin/products/{sku}/variants/{sku}", form + "&currency=GBP&version=%221%22", cookie);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains("field-error", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_there_is_not_found_in_words()
    {
        var cookie = await shop.SignIn();
        foreach (var path in new[] { "/admin/products/NO-SUCH-THING", "/admin/sales/sal_0000000000001", "/admin/sales/nonsense/audit" })
        {
            var answer = await shop.Get(path, cookie);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
            Assert.Contains("Nothing was changed", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    private async Task<string> NewSale(string cookie) => (await shop.Post(
        "/admin/sales/new", $"sku={await shop.Variant()}&units=7&price=9.99&currency=GBP", cookie)).Headers.Location!.ToString();

    private async Task<string> Page(string path, string cookie, HttpClient? at = null)
    {
        var answer = await shop.Get(path, cookie, at);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }
}
