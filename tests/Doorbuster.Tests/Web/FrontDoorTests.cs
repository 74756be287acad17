using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Doorbuster.Tests.Web;

public sealed class FrontDoorTests
{
    [Fact]
    public async Task An_endpoint_that_says_nothing_lets_only_a_signed_in_person_in()
    {
        await using var shop = await TinyShop.Start(app => app.MapGet("/mine", (Person person) => $"{person.Id}"));

        Assert.Equal((401, "sign_in_required"), await Outcome(shop, "/mine", null));
        Assert.Equal((401, "sign_in_required"), await Outcome(shop, "/mine", "forged"));
        Assert.Equal((401, "sign_in_required"), await Outcome(shop, "/mine", "ended"));
        Assert.Equal((503, "store_away"), await Outcome(shop, "/mine", "away"));
        Assert.Equal("100", (await shop.Send(HttpMethod.Get, "/mine", bearer: "ada")).Body);
    }

    [Fact]
    public async Task A_guest_comes_in_where_guests_may_and_nowhere_else()
    {
        await using var shop = await TinyShop.Start(app =>
        {
            app.MapGet("/mine", (Person person) => $"{person.Id}");
            app.MapGet("/admin", () => "yes").ForAdmin();
            app.MapGet("/cart", (Person person) => $"{person.Id} {person.IsGuest}").ForGuests();
            app.MapGet("/hello", (Person? person) => $"{person?.IsGuest}").ForAnyone();
        });

        Assert.Equal((401, "sign_in_required"), await Outcome(shop, "/mine", "guest"));
        Assert.Equal((401, "sign_in_required"), await Outcome(shop, "/admin", "guest"));
        Assert.Equal((401, "sign_in_required"), await Outcome(shop, "/cart", null));
        Assert.Equal("99 True", (await shop.Send(HttpMethod.Get, "/cart", bearer: "guest")).Body);
        Assert.Equal("100 False", (await shop.Send(HttpMethod.Get, "/cart", bearer: "ada")).Body);
        Assert.Equal("True", (await shop.Send(HttpMethod.Get, "/hello", bearer: "guest")).Body);
    }

    [Fact]
    public async Task An_admin_endpoint_refuses_a_person()
    {
        await using var shop = await TinyShop.Start(app => app.MapGet("/admin", () => "yes").ForAdmin());

        Assert.Equal((401, "sign_in_required"), await Outcome(shop, "/admin", null));
        Assert.Equal((403, "forbidden"), await Outcome(shop, "/admin", "ada"));
        Assert.Equal((200, null), await Outcome(shop, "/admin", "admin"));
    }

    [Fact]
    public async Task The_nearest_word_about_access_counts()
    {
        await using var shop = await TinyShop.Start(app =>
            app.MapGroup("/g").ForAdmin().MapGet("/open", () => "yes").ForAnyone());

        Assert.Equal((200, null), await Outcome(shop, "/g/open", null));
    }

    [Fact]
    public async Task Where_anyone_may_call_the_session_is_read_when_the_handler_wants_it()
    {
        await using var shop = await TinyShop.Start(app =>
            app.MapGet("/hello", (Person? person) => $"{person?.Id}").ForAnyone());

        Assert.Equal("", (await shop.Send(HttpMethod.Get, "/hello")).Body);
        Assert.Equal("100", (await shop.Send(HttpMethod.Get, "/hello", bearer: "ada")).Body);
    }

    [Theory]
    [InlineData(null, null, 403)]
    [InlineData("Sec-Fetch-Site", "same-origin", 200)]
    [InlineData("Sec-Fetch-Site", "none", 200)]
    [InlineData("Sec-Fetch-Site", "cross-site", 403)]
    [InlineData("Sec-Fetch-Site", "same-site", 403)]
    [InlineData("Origin", "http://evil.example", 403)]
    [InlineData("Origin", "own", 200)]
    public async Task A_change_made_with_the_cookie_must_come_from_our_own_pages(
        string? header, string? value, int status)
    {
        await using var shop = await TinyShop.Start(app => app.MapPost("/change", (Person person) => $"{person.Id}"));
        (string, string)[] headers = header is null
            ? [("Cookie", "sid=ada")]
            : [("Cookie", "sid=ada"),
                (header, value == "own" ? shop.Client.BaseAddress!.GetLeftPart(UriPartial.Authority) : value!)];

        var answer = await shop.Send(HttpMethod.Post, "/change", headers: headers);

        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 403 ? "cross_site" : null, answer.Code);
    }

    [Fact]
    public async Task A_form_cannot_make_a_change_with_the_cookie()
    {
        await using var shop = await TinyShop.Start(app => app.MapPost("/change", () => "done"));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/change");
        request.Content = new FormUrlEncodedContent([]);
        request.Headers.Add("Cookie", "sid=ada");
        request.Headers.Add("Sec-Fetch-Site", "same-origin");

        using var response = await shop.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(403, (int)response.StatusCode);
    }

    [Fact]
    public async Task Exceptions_become_problems_without_a_word_about_our_insides()
    {
        await using var shop = await TinyShop.Start(app =>
        {
            app.MapGet("/bug", string () => throw new InvalidOperationException("secret")).ForAnyone();
            app.MapGet("/later", async Task<string> () =>
            {
                await Task.Yield();
                throw new InvalidOperationException("secret");
            }).ForAnyone();
            app.MapGet("/redis", string () => throw new StoreAwayException("redis-gate")).ForAnyone();
            app.MapGet("/postgres", string () => throw new NpgsqlException("secret")).ForAnyone();
        });

        foreach (var (path, status, code) in new[]
        {
            ("/bug", 500, "internal_error"), ("/later", 500, "internal_error"), ("/redis", 503, "store_away"),
            ("/postgres", 503, "store_away"),
        })
        {
            var answer = await shop.Send(HttpMethod.Get, path);
            Assert.Equal((status, code), (answer.Status, answer.Code));
            Assert.DoesNotContain("secret", answer.Body, StringComparison.Ordinal);
            Assert.Matches("^[0-9a-f]{32}$", answer.Headers[RequestId.HeaderName]);
            if (status == 503)
                Assert.InRange(int.Parse(answer.Headers["Retry-After"], null), 1, 3);
        }
    }

    [Fact]
    public async Task Unknown_addresses_and_methods_are_problems_too()
    {
        await using var shop = await TinyShop.Start(app =>
            app.MapPost("/known", (Ask ask) => ask.Quantity).ForAnyone());

        Assert.Equal((404, "not_found"), await Outcome(shop, "/unknown", null));
        var wrongMethod = await shop.Send(HttpMethod.Get, "/known");
        Assert.Equal((405, "method_not_allowed", "POST"),
            (wrongMethod.Status, wrongMethod.Code, wrongMethod.Headers["Allow"]));
        using var form = new StringContent("quantity=1");
        using var wrongType = await shop.Client.PostAsync(new Uri("/known", UriKind.Relative), form,
            TestContext.Current.CancellationToken);
        Assert.Equal(415, (int)wrongType.StatusCode);
        Assert.Contains("unsupported_media_type",
            await wrongType.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    public sealed record Ask(int Quantity);

    private static async Task<(int, string?)> Outcome(TinyShop shop, string path, string? bearer)
    {
        var answer = await shop.Send(HttpMethod.Get, path, bearer: bearer);
        return (answer.Status, answer.Code);
    }
}
