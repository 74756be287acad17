using System.Net;
using Doorbuster.Platform.Postgres;
using Npgsql;

namespace Doorbuster.IntegrationTests.Storefront;

/// <summary>The console's lists, and what can be done with one row of them.</summary>
public sealed class ConsoleDeskTests(ConsoleShop shop) : IClassFixture<ConsoleShop>
{
    [Theory]
    [InlineData("orders", "id,state,items")]
    [InlineData("coupons", "handle,title,state")]
    [InlineData("red-packets", "title,phase,amount")]
    [InlineData("people", "email,name,admin")]
    [InlineData("dead-letters", "id,type,consumer")]
    [InlineData("audit", "seq,at,actor")]
    public async Task Every_list_is_a_page_and_a_file_also_sorted_and_in_chinese(string list, string header)
    {
        var cookie = await shop.SignIn();

        var page = await shop.Get($"/admin/{list}", cookie);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.DoesNotContain("desk.", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await shop.Get($"/admin/{list}?sort=-{header.Split(',')[1]}", cookie)).StatusCode);
        var chinese = await (await shop.Get($"/admin/{list}", $"{cookie}; lang=zh")).Content.ReadAsStringAsync();
        Assert.DoesNotContain("desk.", chinese, StringComparison.Ordinal);
        Assert.StartsWith(
            header, await (await shop.Get($"/admin/{list}.csv", cookie)).Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Somebody_is_blocked_with_a_reason_and_let_in_again_and_the_log_shows_both()
    {
        var cookie = await shop.SignIn();
        var id = await IdOf("ada@example.test");

        var refused = await shop.Post($"/admin/people/{id}/block", "reason=", cookie);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        var blocked = await shop.Post($"/admin/people/{id}/block", "reason=stolen+cards", cookie);
        Assert.Equal($"/admin/people/{id}?done=1", blocked.Headers.Location?.ToString());
        Assert.Contains(
            "stolen cards", await (await shop.Get($"/admin/people/{id}", cookie)).Content.ReadAsStringAsync(),
            StringComparison.Ordinal);
        var signIn = await shop.Post("/sign-in", "email=ada%40example.test&password=demo-password");
        Assert.Contains("blocked", await signIn.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.SeeOther, (await shop.Post($"/admin/people/{id}/unblock", "", cookie)).StatusCode);
        Assert.Equal(
            HttpStatusCode.SeeOther, (await shop.Post("/sign-in", "email=ada%40example.test&password=demo-password")).StatusCode);
        var log = await (await shop.Get($"/admin/audit.csv?subject={id}", cookie)).Content.ReadAsStringAsync();
        Assert.Contains("person.block", log, StringComparison.Ordinal);
        Assert.Contains("person.unblock", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dead_letter_is_shown_and_dropped()
    {
        var cookie = await shop.SignIn();
        await using var db = NpgsqlDataSource.Create(shop.Addresses.Postgres);
        await db.Execute(
            """
            insert into messaging.dead_letters (id, consumer, type, body, error, attempts, made_at)
            values (9100001, 'nobody.there', 'Nothing', '{"n":7}', 'broken <b>', 8, now())
            """, CancellationToken.None);

        Assert.Contains("9100001", await (await shop.Get("/admin/dead-letters", cookie)).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var letter = await (await shop.Get("/admin/dead-letters/nobody.there/9100001", cookie)).Content.ReadAsStringAsync();
        Assert.Contains("broken &lt;b&gt;", letter, StringComparison.Ordinal);
        var dropped = await shop.Post("/admin/dead-letters/nobody.there/9100001/drop", "", cookie);
        Assert.Equal("/admin/dead-letters", dropped.Headers.Location?.ToString());
        Assert.Equal(HttpStatusCode.NotFound, (await shop.Get("/admin/dead-letters/nobody.there/9100001", cookie)).StatusCode);
    }

    [Fact]
    public async Task Orders_are_found_by_number_and_buyer_a_refund_is_written_as_money_and_a_guest_has_no_page()
    {
        var cookie = await shop.SignIn();
        var made = await shop.Post("/admin/sales/new", $"sku={await shop.Variant()}&units=5&price=9.99&currency=GBP", cookie);
        await shop.Claim(made.Headers.Location!.ToString().Split('/')[^1]);
        var ada = await IdOf("ada@example.test");
        string[] found = [];
        await Eventually.IsTrue(
            async () => (found = await Orders($"person={ada}", cookie)).Length == 1, "the order is written", TimeSpan.FromSeconds(15));
        var order = found[0].Split(',')[0];
        Assert.EndsWith(ada, found[0], StringComparison.Ordinal);
        Assert.Equal(found, await Orders($"id={order}", cookie));
        Assert.Empty(await Orders("id=nonsense", cookie));
        Assert.Empty(await Orders($"id={order}&person=usr_0000000000001", cookie));
        Assert.Contains($"href=\"/admin/people/{ada}\"", await Page($"/admin/orders/{order}", cookie), StringComparison.Ordinal);

        // A thousandth is no amount; one and a half is, though there is nothing to give back yet.
        foreach (var (amount, isAmount) in new[] { ("1.005", false), ("1.50", true) })
        {
            var refused = await shop.Post($"/admin/orders/{order}/refund", $"currency=GBP&amount={amount}&reason=x", cookie);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
            Assert.Equal(!isAmount, (await refused.Content.ReadAsStringAsync()).Contains("check the fields marked below", StringComparison.Ordinal));
        }

        await using var db = NpgsqlDataSource.Create(shop.Addresses.Postgres);
        await db.Execute("update orders.orders set person = person + 1", CancellationToken.None);    // nobody's account
        var page = await Page($"/admin/orders/{order}", cookie);
        Assert.DoesNotContain("href=\"/admin/people/", page, StringComparison.Ordinal);
        Assert.DoesNotContain("href=\"/admin/people/usr_", await Page($"/admin/orders?id={order}", cookie), StringComparison.Ordinal);
    }

    private async Task<string[]> Orders(string query, string cookie) =>
        (await Page($"/admin/orders.csv?{query}", cookie)).Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..];

    private async Task<string> Page(string path, string cookie)
    {
        var answer = await shop.Get(path, cookie);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }

    private async Task<string> IdOf(string email)
    {
        var csv = await (await shop.Get($"/admin/people.csv?email={Uri.EscapeDataString(email)}", await shop.SignIn())).Content.ReadAsStringAsync();
        return csv.Split('\n')[1].Split(',')[^1];
    }
}
