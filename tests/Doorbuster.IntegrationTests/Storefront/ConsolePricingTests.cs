using System.Net;

namespace Doorbuster.IntegrationTests.Storefront;

/// <summary>Groups of customers and their price lists, in the console.</summary>
public sealed class ConsolePricingTests(ConsoleShop shop) : IClassFixture<ConsoleShop>
{
    [Fact]
    public async Task A_group_is_made_gets_a_member_and_a_price_and_all_of_it_is_taken_back()
    {
        var cookie = await shop.SignIn();
        var sku = await shop.Variant();

        var draft = await Page("/admin/new-group", cookie);
        var key = ConsoleShop.Hidden(draft, "key");
        var made = await shop.Post("/admin/new-group", $"key={key}&code=trade&name=The+trade", cookie);
        Assert.Equal("/admin/groups/trade", Location(made));
        Assert.Equal("/admin/groups/trade", Location(await shop.Post("/admin/new-group", $"key={key}&code=trade&name=The+trade", cookie)));
        Assert.Equal("/admin/groups/trade?done=1", Location(await shop.Post("/admin/groups/trade/members", "email=ADA%40example.test", cookie)));
        var group = await Page("/admin/groups/trade", cookie);
        Assert.Contains("ada@example.test", group, StringComparison.Ordinal);
        Assert.Contains("1 person", group, StringComparison.Ordinal);
        Assert.Contains("The trade", await Page("/admin/groups", cookie), StringComparison.Ordinal);

        draft = await Page("/admin/new-price-list?group=trade", cookie);
        Assert.Contains("value=\"trade\"", draft, StringComparison.Ordinal);
        made = await shop.Post(
            "/admin/new-price-list",
            $"key={ConsoleShop.Hidden(draft, "key")}&code=trade-1&name=Things&group=trade&currency=gbp&priority=2&from=&until=2090-01-01T00:00",
            cookie);
        Assert.Equal("/admin/price-lists/trade-1", Location(made));
        var list = await Page("/admin/price-lists/trade-1", cookie);
        Assert.Equal("/admin/price-lists/trade-1?done=1", Location(await shop.Post(
            "/admin/price-lists/trade-1/prices", $"version={Version(list)}&currency=GBP&sku={sku}&price=15.50", cookie)));
        list = await Page("/admin/price-lists/trade-1?done=1", cookie);
        Assert.Contains("15.50", list, StringComparison.Ordinal);
        Assert.Contains("19.99", list, StringComparison.Ordinal);
        Assert.Contains("Running", list, StringComparison.Ordinal);
        Assert.Contains("2090-01-01T00:00:00", list, StringComparison.Ordinal);

        Assert.Equal("/admin/price-lists/trade-1?done=1", Location(await shop.Post(
            "/admin/price-lists/trade-1", $"version={Version(list)}&name=Fewer+things&group=trade&priority=-1&from=&until=&active=false", cookie)));
        list = await Page("/admin/price-lists/trade-1", cookie);
        Assert.Contains("Fewer things", list, StringComparison.Ordinal);
        Assert.Contains("Inactive", list, StringComparison.Ordinal);
        Assert.Equal("/admin/price-lists/trade-1?done=1", Location(await shop.Post(
            $"/admin/price-lists/trade-1/prices/{sku}", $"version={Version(list)}", cookie)));
        list = await Page("/admin/price-lists/trade-1", cookie);
        Assert.DoesNotContain("15.50", list, StringComparison.Ordinal);
        Assert.Equal("/admin/price-lists", Location(await shop.Post(
            "/admin/price-lists/trade-1/removal", $"version={Version(list)}", cookie)));

        Assert.Equal("/admin/groups/trade?done=1", Location(await shop.Post("/admin/groups/trade", $"version={Version(group)}&name=Trade", cookie)));
        group = await Page("/admin/groups/trade", cookie);
        var person = group[(group.IndexOf("/admin/people/", StringComparison.Ordinal) + "/admin/people/".Length)..][..17];
        Assert.Equal("/admin/groups/trade?done=1", Location(await shop.Post($"/admin/groups/trade/members/{person}", "", cookie)));
        Assert.Equal("/admin/groups", Location(await shop.Post("/admin/groups/trade/removal", $"version={Version(group)}", cookie)));
        Assert.Equal(HttpStatusCode.NotFound, (await shop.Get("/admin/groups/trade", cookie)).StatusCode);
    }

    [Fact]
    public async Task What_is_wrong_is_said_beside_its_field_and_what_was_entered_stays()
    {
        var cookie = await shop.SignIn();
        var sku = await shop.Variant();
        await shop.Post("/admin/new-group", "key=wrong-1&code=staff&name=Staff", cookie);
        await shop.Post("/admin/new-price-list", "key=wrong-2&code=staff&name=Staff&group=staff&currency=GBP&priority=0", cookie);

        await Refused("/admin/new-group", "key=a&code=Not+a+code&name=Staff", 422, "1 to 40 lower case letters", "Not a code");
        await Refused("/admin/new-group", "key=b&code=staff&name=Again", 409, "group of this code already", "Again");
        await Refused("/admin/groups/staff/members", "email=nobody%40example.test", 422, "Nobody has an account", "nobody@example.test");
        await Refused("/admin/groups/staff", "version=%227%22&name=Others", 409, "Somebody else changed this", "Others");
        await Refused("/admin/new-price-list", "key=c&code=x&name=X&group=none&currency=GBP&priority=0", 422, "no group of customers", "none");
        await Refused("/admin/new-price-list", "key=d&code=x&name=X&group=staff&currency=GBP&priority=high", 422, "whole number", "high");
        var version = Version(await Page("/admin/price-lists/staff", cookie));
        await Refused("/admin/price-lists/staff/prices", $"version={version}&currency=GBP&sku={sku}&price=cheap", 422, "such as 9.99", "cheap");
        await Refused("/admin/price-lists/staff/prices", $"version={version}&currency=GBP&sku={sku}&price=0", 422, "such as 9.99", sku);
        await Refused("/admin/price-lists/staff/prices", $"version={version}&currency=GBP&sku=NOTHING&price=1", 422, "no such SKU", "NOTHING");
        await Refused("/admin/price-lists/staff/prices", $"version=%227%22&currency=GBP&sku={sku}&price=1", 409, "Somebody else changed this", sku);
        await Refused("/admin/price-lists/staff",
            $"version={version}&name=S&group=staff&priority=0&from=2030-01-02T00:00&until=2030-01-01T00:00&active=true", 422, "end after it begins", "2030-01-02");
        Assert.Equal(version, Version(await Page("/admin/price-lists/staff", cookie)));
        Assert.Equal(HttpStatusCode.NotFound, (await shop.Get("/admin/price-lists/nothing", cookie)).StatusCode);

        async Task Refused(string path, string form, int status, string said, string kept)
        {
            var answer = await shop.Post(path, form, cookie);
            var page = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
            Assert.True((int)answer.StatusCode == status, $"{path} {form}: {answer.StatusCode}");
            Assert.Contains(said, page, StringComparison.Ordinal);
            Assert.Contains(kept, page, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("groups", "name,code,members")]
    [InlineData("price-lists", "name,code,group")]
    public async Task The_lists_are_pages_and_files_in_both_languages(string list, string header)
    {
        var cookie = await shop.SignIn();
        foreach (var language in new[] { "en", "zh" })
            foreach (var page in new[] { $"/admin/{list}", $"/admin/{list}?sort=-code", $"/admin/new-{list.TrimEnd('s')}" })
                Assert.DoesNotContain("pricing.", await Page(page, $"{cookie}; lang={language}"), StringComparison.Ordinal);
        Assert.StartsWith(header, await Page($"/admin/{list}.csv", cookie), StringComparison.Ordinal);
    }

    private async Task<string> Page(string path, string cookie)
    {
        var answer = await shop.Get(path, cookie);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode}");
        return await answer.Content.ReadAsStringAsync();
    }

    private static string Version(string page) => Uri.EscapeDataString(ConsoleShop.Hidden(page, "version"));

    private static string? Location(HttpResponseMessage answer) => answer.Headers.Location?.ToString();
}
