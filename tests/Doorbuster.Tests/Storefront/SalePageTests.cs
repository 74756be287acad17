namespace Doorbuster.Tests.Storefront;

/// <summary>The sale's page without a script: what pressing its button answers.</summary>
public sealed class SalePageTests
{
    private const string Buy = "/sales/sal_1/buy?key=page-1";

    [Fact]
    public async Task What_no_state_tells_is_told_and_the_next_click_is_another()
    {
        await using var shop = await Shop();
        shop.Say("POST /api/v1/sales/sal_1/claims", 422, "idempotency_key_reused");

        var page = await shop.Post(Buy, "");

        Assert.Equal(422, page.Status);
        Assert.Matches("<p class=\"notice notice-bad\" data-part=\"note\">No\\.</p>", page.Body);
        Assert.DoesNotContain("key=page-1\"", page.Body, StringComparison.Ordinal);
        Assert.Contains("name=\"back\" value=\"/sales/sal_1\"", page.Body, StringComparison.Ordinal);
    }

    [Theory, InlineData(503), InlineData(429)]
    public async Task What_may_have_arrived_is_sent_again_under_its_key(int status)
    {
        await using var shop = await Shop();
        shop.Say("POST /api/v1/sales/sal_1/claims", status, "store_away");

        var page = await shop.Post(Buy, "");

        Assert.Contains("it is the same order, never a second one", page.Body, StringComparison.Ordinal);
        Assert.Contains("buy?key=page-1\"", page.Body, StringComparison.Ordinal);
        Assert.Contains("data-part=\"note\" hidden", page.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_script_begins_with_the_state_as_the_server_says_it()
    {
        await using var shop = await Shop();

        var page = await shop.Get("/sales/sal_1");

        Assert.Contains("""
            "state":{"phase":"open","opensAt":"2026-11-20T20:00:00+00:00","closesAt":null,"serverNow":"2026-11-20T20:00:01+00:00",
            """.ReplaceLineEndings(""), page.Body, StringComparison.Ordinal);
        Assert.Contains("data-part=\"note\" hidden", page.Body, StringComparison.Ordinal);
    }

    private static async Task<StandInShop> Shop()
    {
        var shop = await StandInShop.Start();
        shop.Say("GET /api/v1/sales/sal_1", 200, """
            {"id":"sal_1","sku":"MUG","title":"A mug","price":{"amount":999,"currency":"GBP"},"limitPerPerson":null,"holdSeconds":900,
             "opensAt":"2026-11-20T20:00:00Z","closesAt":null,"phase":"open","stockBand":"plenty","version":1}
            """);
        shop.Say("GET /api/v1/sales/sal_1/state", 200, """
            {"phase":"open","opensAt":"2026-11-20T20:00:00Z","closesAt":null,"serverNow":"2026-11-20T20:00:01Z","stockBand":"plenty",
             "limitPerPerson":null,"soldOut":null}
            """);
        return shop;
    }
}
