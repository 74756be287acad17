using Doorbuster.BrowserTests.Support;
using Microsoft.Playwright;

namespace Doorbuster.BrowserTests;

public sealed class RedPacketTests(BrowserShop shop)
{
    [Fact]
    public async Task Wait_for_it_open_it_and_see_who_had_the_best_luck()
    {
        await using var first = await shop.Visit(Widths.Phone);
        await using var second = await shop.Visit(hasScript: false);
        await Shopper.BeNew(shop, first, "Hopper");
        await Shopper.BeNew(shop, second, "Turing");
        var path = "/red-packets/" + (await shop.Ask(
            "redpacket", "create", "--amount", "1000", "--parts", "2", "--opens-in", "3", "--title", "For two"))
            .GetProperty("id").GetString();

        await first.Open(path);
        var open = first.Page.GetByRole(AriaRole.Button, new() { Name = "Open it" });
        await Assertions.Expect(first.Page.GetByRole(AriaRole.Timer)).ToContainTextAsync("0");
        await open.ClickAsync();    // appears by itself when it is time
        await Assertions.Expect(first.Page.Locator(".packet-sum")).ToContainTextAsync("£");
        await Assertions.Expect(first.Page.GetByText("Hopper (you)")).ToBeVisibleAsync();
        first.AssertQuiet("opening a red packet");

        await second.Open(path);
        await second.Page.GetByRole(AriaRole.Button, new() { Name = "Open it" }).ClickAsync();
        await Assertions.Expect(second.Page.Locator(".packet-sum")).ToContainTextAsync("£");
        var sums = new[] { await SumOf(first), await SumOf(second) };
        Assert.Equal(1000, sums.Sum());

        await Assertions.Expect(first.Page.Locator("h1")).ToHaveTextAsync("For two");
        await ReloadUntil(first, page => page.GetByText("Best luck", new() { Exact = true }));
        var rows = first.Page.Locator("ol.rows > li");
        await Assertions.Expect(rows).ToHaveCountAsync(2);
        await Assertions.Expect(first.Page.Locator(".tag").First).ToHaveTextAsync("All gone");
        var best = first.Page.Locator("ol.rows > li", new() { HasText = "Best luck" });
        Assert.Equal(sums.Max(), Pence(await best.Locator(".price").InnerTextAsync()));
    }

    [Fact]
    public async Task What_came_of_it_is_in_the_wallet_and_can_be_sent_on()
    {
        await using var visitor = await shop.Visit(hasScript: false);
        var page = visitor.Page;
        await Shopper.BeNew(shop, visitor, "Lovelace");
        await visitor.Open(await DemoPackets.Open(shop));
        await page.GetByRole(AriaRole.Button, new() { Name = "Open it" }).ClickAsync();
        var got = await SumOf(visitor);

        await visitor.Open("/account/wallet");
        await ReloadUntil(visitor, there => there.GetByText("Red packet opened"));
        await Assertions.Expect(page.Locator(".today")).ToContainTextAsync(Text(got));
        await visitor.Open("/account/red-packets");
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "Happy opening" })).ToBeVisibleAsync();

        await page.GetByLabel("Greeting").FillAsync("Have some of mine");
        await page.GetByLabel("Amount (GBP)").FillAsync("999.99");
        await page.GetByLabel("How many parts").FillAsync("1");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send it" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("not so much money");
        visitor.Forget();    // the browser notes the 409 itself
        await page.GetByLabel("Amount (GBP)").FillAsync("0.01");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send it" }).ClickAsync();
        await page.WaitForURLAsync("**/red-packets/rpk_*");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Have some of mine");
        visitor.AssertQuiet("sending a red packet");
    }

    [Fact]
    public async Task An_answer_that_is_lost_is_asked_for_again_under_the_same_key()
    {
        await using var visitor = await shop.Visit();
        await Shopper.BeNew(shop, visitor, "Hamilton");
        var path = await DemoPackets.Open(shop);
        await visitor.Open(path);
        var sent = new List<string?>();
        await visitor.Page.RouteAsync("**" + path, async route =>
        {
            if (route.Request.Method != "POST")
            {
                await route.ContinueAsync();
                return;
            }
            sent.Add(route.Request.PostData);
            var answer = await route.FetchAsync();    // it reaches the shop
            if (sent.Count == 1)
                await route.AbortAsync("connectionreset");
            else
                await route.FulfillAsync(new() { Response = answer });
        });

        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Open it" }).ClickAsync();

        await Assertions.Expect(visitor.Page.Locator(".packet-sum")).ToContainTextAsync("£");
        Assert.Equal(2, sent.Count);
        Assert.Equal(sent[0], sent[1]);
        Assert.Contains("key=", sent[0], StringComparison.Ordinal);
        await ReloadUntil(visitor, page => page.GetByText("Hamilton (you)"));
        await Assertions.Expect(visitor.Page.GetByText("Hamilton (you)")).ToHaveCountAsync(1);
    }

    private static string Text(int pence) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"£{pence / 100m:F2}");

    private static async Task<int> SumOf(Visitor visitor) => Pence(await visitor.Page.Locator(".packet-sum").InnerTextAsync());

    private static int Pence(string text) => (int)(100 * decimal.Parse(
        text.Trim().TrimStart('£'), System.Globalization.CultureInfo.InvariantCulture));

    // What is written by messages is there a moment later.
    private static Task ReloadUntil(Visitor visitor, Func<IPage, ILocator> what) => Doorbuster.IntegrationTests.Eventually.IsTrue(
        async () =>
        {
            if (await what(visitor.Page).CountAsync() > 0)
                return true;
            await visitor.Page.ReloadAsync();
            return false;
        },
        "the page shows it");
}
