using System.Net;

namespace Doorbuster.IntegrationTests.Storefront;

/// <summary>A person's pages over HTTP: whose they are, and what they do with nonsense.</summary>
public sealed class AccountPageTests(PageShop shop) : IClassFixture<PageShop>
{
    private static readonly string[] Pages =
    [
        "/account", "/account/orders", "/account/notices", "/account/calendar", "/account/points", "/account/coupons",
        "/account/red-packets", "/account/wallet", "/account/addresses", "/account/addresses/new", "/account/settings",
        "/account/erase",
    ];

    [Fact]
    public async Task Strangers_are_led_to_sign_in_and_back_again()
    {
        foreach (var page in Pages.Append("/red-packets/rpk_0"))
        {
            var answer = await shop.Get(page, accept: "text/html");
            Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
            Assert.Equal($"/sign-in?next={Uri.EscapeDataString(page)}", answer.Headers.Location!.ToString());
        }
    }

    [Fact]
    public async Task Whoever_has_nothing_yet_is_told_so_in_both_languages_and_nobody_keeps_it()
    {
        var cookie = await SignIn();
        foreach (var page in Pages)
            foreach (var language in new[] { "", "/zh" })
            {
                var answer = await shop.Get(language + page, accept: "text/html", cookie: cookie);
                Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{language + page}: {answer.StatusCode}");
                Assert.Contains("no-store", answer.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
                Assert.Contains("<h1>", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            }
    }

    [Theory]
    [InlineData("/account/orders?after=nonsense", 400)]
    [InlineData("/account/notices?after=nonsense", 400)]
    [InlineData("/account/points?after=nonsense", 400)]
    [InlineData("/account/wallet?after=nonsense", 400)]
    [InlineData("/account/coupons?after=nonsense", 400)]
    [InlineData("/account/red-packets?after=nonsense", 400)]
    [InlineData("/account/calendar?month=nonsense", 400)]
    [InlineData("/account/calendar?month=2026-13", 400)]
    [InlineData("/account/addresses/nonsense", 404)]
    [InlineData("/red-packets/nonsense", 404)]
    public async Task What_nobody_offered_is_refused_in_words(string path, int status)
    {
        var answer = await shop.Get(path, accept: "text/html", cookie: await SignIn());

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Contains("<h1>", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/account/calendar", "", 400)]
    [InlineData("/account/coupons/nonsense", "key=a", 404)]
    [InlineData("/account/coupons/code", "key=a&code=x", 422)]
    [InlineData("/account/coupons/code", "code=SPRING", 400)]
    [InlineData("/account/addresses/new", "key=a", 422)]
    [InlineData("/account/addresses/new", "key=b&name=Ada&line1=1&city=London&country=nowhere", 422)]
    [InlineData("/account/addresses/nonsense", "name=Ada&line1=1&city=London&country=GB", 404)]
    [InlineData("/account/red-packets", "key=a&title=x&amount=much&currency=GBP&parts=2&kind=lucky", 422)]
    [InlineData("/account/red-packets", "key=b&title=x&amount=1&currency=GBP&parts=2&kind=lucky", 409)]
    [InlineData("/account/notices", "upTo=nonsense", 404)]
    [InlineData("/account/notices/nonsense", "open=true", 404)]
    [InlineData("/account/settings", "displayName=&timeZone=", 422)]
    [InlineData("/account/settings", "displayName=Ada&timeZone=Nowhere", 422)]
    [InlineData("/account/settings/password", "oldPassword=wrong-password&newPassword=another-password", 422)]
    [InlineData("/account/erase", "password=demo-password", 422)]
    [InlineData("/account/erase", "password=&sure=true", 422)]
    [InlineData("/red-packets/nonsense", "key=a", 404)]
    public async Task A_form_that_cannot_be_changes_nothing(string path, string form, int status)
    {
        var cookie = await SignIn();
        var answer = await shop.Post(path, form, "same-origin", null, cookie);

        Assert.True((int)answer.StatusCode == status, $"{path} {form}: {answer.StatusCode}");
        var me = await shop.Get("/account/settings", cookie: cookie);
        Assert.Contains("value=\"Ada\"", await me.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("No addresses yet", await (await shop.Get("/account/addresses", cookie: cookie)).Content.ReadAsStringAsync(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_site_cannot_send_a_form_of_the_account()
    {
        var answer = await shop.Post("/account/erase", "password=demo-password&sure=true", "cross-site", null, await SignIn());

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await shop.Get("/account", cookie: await SignIn())).StatusCode);
    }

    private static string? _cookie;    // of the class's one shop: a sign-in costs a password's hash

    private async Task<string> SignIn() => _cookie ??=
        (await shop.Post("/sign-in", PageShop.Ada, "same-origin", null)).Headers.GetValues("Set-Cookie").First().Split(';')[0];
}
