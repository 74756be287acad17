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

    private async Task<string> Page(string path, string cookie, HttpClient? at = null)
    {
        var answer = await shop.Get(path, cookie, at);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }
}
