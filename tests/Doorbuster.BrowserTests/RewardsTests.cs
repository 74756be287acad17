using System.Globalization;
using System.Text.RegularExpressions;
using Doorbuster.BrowserTests.Support;
using Microsoft.Playwright;

namespace Doorbuster.BrowserTests;

/// <summary>What people have earned pays at the checkout, and what they do with their order afterwards.</summary>
public sealed partial class RewardsTests(BrowserShop shop)
{
    [Theory, InlineData(true), InlineData(false)]
    public async Task Coupon_points_and_balance_pay_and_the_totals_shown_are_those_charged(bool hasScript)
    {
        await using var visitor = await shop.Visit(Widths.Phone, hasScript: hasScript);
        var page = visitor.Page;
        await Shopper.BeNew(shop, visitor, "Germain");
        var mine = await Belongings.Of(shop, visitor);
        await mine.Earn();
        var (points, wallet) = (await mine.Points(), await mine.Wallet());
        await Buying.ToCheckout(visitor);
        await Buying.FillIn(page);
        foreach (var choice in (string[])["£3 off, for the first fifty", "Use my 10 points", $"Use my balance of {Text(wallet)}"])
            await page.GetByLabel(choice).CheckAsync();
        if (!hasScript)
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "See the total with delivery" }).ClickAsync();
            await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("the total is £");
        }
        await Assertions.Expect(page.Locator("#totals .totals-less")).ToHaveCountAsync(3);
        await Assertions.Expect(page.Locator("#totals .totals-less").Last).ToContainTextAsync(Text(wallet));
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Place the order and pay £" })).ToBeVisibleAsync();
        await visitor.Settle();

        var sums = await Sums(page);
        Assert.Equal((-300, -points, -wallet), (sums.Single(one => one.Name.StartsWith("£3 off", StringComparison.Ordinal)).Minor,
            sums.Single(one => one.Name == "Points").Minor, sums.Single(one => one.Name == "Balance").Minor));
        var total = sums.Single(one => one.Name == "Total").Minor;
        Assert.Equal(total, sums.Where(one => one.Name != "Total" && !one.Name.StartsWith("Included", StringComparison.Ordinal))
            .Sum(one => one.Minor));
        await visitor.AssertFits("the checkout with everything used");
        visitor.AssertQuiet("the checkout with everything used");

        await page.GetByRole(AriaRole.Button, new() { Name = $"Place the order and pay {Text(total)}" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = $"Pay GBP {Text(total)[1..]}" }).ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("Your order is paid");
        Assert.Equal(sums.Where(NotIncluded), (await Sums(page)).Where(NotIncluded));
        var order = OrderId().Match(page.Url).Value;
        var payment = (await mine.Get($"/api/v1/orders/{order}/payments")).GetProperty("data")[0];
        Assert.Equal(("captured", total), (payment.GetProperty("state").GetString(), payment.GetProperty("amount").GetProperty("amount").GetInt64()));
        Assert.Equal((0, 0), (await mine.Points(), await mine.Wallet()));
        Assert.Equal(0, (await mine.Get("/api/v1/me/coupons?state=usable")).GetProperty("data").GetArrayLength());
        visitor.AssertQuiet("an order paid with everything");
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task What_the_balance_pays_alone_needs_no_payment_page_and_comes_back_when_the_order_is_cancelled(bool hasScript)
    {
        await using var visitor = await shop.Visit(hasScript: hasScript);
        var page = visitor.Page;
        await Shopper.BeNew(shop, visitor, "Kovalevskaya");
        var mine = await Belongings.Of(shop, visitor);
        await mine.Receive(50_000);
        await Buying.ToCheckout(visitor);
        await Buying.FillIn(page);
        await page.GetByLabel("Use my balance of £500.00").CheckAsync();
        if (!hasScript)
            await page.GetByRole(AriaRole.Button, new() { Name = "See the total with delivery" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Place the order", Exact = true }).ClickAsync();
        await page.WaitForURLAsync("**/orders/ord_*");
        await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("Your order is paid");
        Assert.InRange(await mine.Wallet(), 1, 49_999);

        await page.GetByText("Cancel this order").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Yes, cancel the order" }).ClickAsync();

        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Your money went back");
        await Assertions.Expect(page.Locator(".timeline")).ToContainTextAsync("by you");
        await Doorbuster.IntegrationTests.Eventually.IsTrue(async () => await mine.Wallet() == 50_000, "the balance is back");
        await visitor.AssertFits("an order that was cancelled");
        visitor.AssertQuiet("cancelling what the balance paid");
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task An_order_is_cancelled_by_its_buyer_before_and_after_it_is_paid(bool hasScript)
    {
        await using var visitor = await shop.Visit(Widths.Phone, hasScript: hasScript);
        var page = visitor.Page;
        await Buying.ToPayment(visitor);
        await page.GetByRole(AriaRole.Button, new() { Name = "Don't pay, go back to the shop" }).ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Your payment was declined");
        await page.GetByText("Cancel this order").ClickAsync();
        await Assertions.Expect(page.GetByText("Nothing was charged.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Yes, cancel the order" }).ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("This order is cancelled");
        await Assertions.Expect(page.Locator(".timeline")).ToContainTextAsync("Cancelled: by you");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Put these into my cart again" })).ToBeVisibleAsync();

        await Buying.ToOrder(visitor, "approve", "Your order is paid");
        await page.GetByText("Cancel this order").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Yes, cancel the order" }).ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Your money went back");    // by itself, script or not
        await Assertions.Expect(page.Locator(".totals")).ToContainTextAsync("of it went back to you");
        visitor.AssertQuiet("cancelling an order");
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task What_was_delivered_is_sent_back_by_the_orders_page(bool hasScript)
    {
        await using var visitor = await shop.Visit(hasScript: hasScript);
        var page = visitor.Page;
        await Buying.ToOrder(visitor, "approve", "Your order is paid");
        var order = OrderId().Match(page.Url).Value;
        var boss = await Belongings.OfAdministrator(shop);
        await boss.Post($"/api/admin/v1/orders/{order}/shipment", new { carrier = "Post" });
        await boss.Post($"/api/admin/v1/orders/{order}/completion");
        await visitor.Open($"/orders/{order}");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Your order was delivered");

        await page.GetByText("Send something back").ClickAsync();
        await page.GetByLabel("Why?").SelectOptionAsync("damaged");
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask to send it back" }).ClickAsync();

        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("You are sending this order back");
        await Assertions.Expect(page.Locator(".timeline")).ToContainTextAsync("It is damaged");
        await boss.Post($"/api/admin/v1/orders/{order}/return", new { outcome = "received" });
        await boss.Post($"/api/admin/v1/orders/{order}/refunds", new { reason = "returned" });
        await visitor.Open($"/orders/{order}");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Your money went back");
        await visitor.AssertFits("an order that was sent back");
        visitor.AssertQuiet("sending something back");
    }

    [Fact]
    public async Task Who_signs_out_is_nobody_and_going_back_shows_nothing_of_him()
    {
        await using var visitor = await shop.Visit();
        var page = visitor.Page;
        await Shopper.BeNew(shop, visitor, "Agnesi");
        await visitor.Open("/account");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Hello, Agnesi");

        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await page.WaitForURLAsync(shop.Address.ToString());
        await visitor.Settle();
        await Assertions.Expect(page.Locator("body")).Not.ToContainTextAsync("Agnesi");
        await page.GoBackAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("/sign-in"));
        await Assertions.Expect(page.Locator("body")).Not.ToContainTextAsync("Agnesi");
        visitor.AssertQuiet("signing out");
    }

    private static bool NotIncluded((string Name, long Minor) one) => !one.Name.StartsWith("Included", StringComparison.Ordinal);

    /// <summary>What is written beside the items, line by line.</summary>
    private static async Task<IReadOnlyList<(string Name, long Minor)>> Sums(IPage page)
    {
        var lines = await page.Locator(".totals dl > div").EvaluateAllAsync<string[]>(
            "lines => lines.map(line => line.querySelector('dt').textContent.trim() + '\\n' + line.querySelector('dd').textContent.trim())");
        return [.. lines.Select(line => line.Split('\n')).Select(line => (line[0], Minor(line[1])))];
    }

    private static long Minor(string text) => text == "Free" ? 0
        : (text[0] is '-' or '−' ? -1 : 1) * (long)(100 * decimal.Parse(
            text.TrimStart('-', '−', '+', ' ').TrimStart('£'), NumberStyles.Number, CultureInfo.InvariantCulture));

    private static string Text(long minor) => string.Create(CultureInfo.InvariantCulture, $"£{minor / 100m:N2}");

    [GeneratedRegex("ord_[0-9a-z]+")]
    private static partial Regex OrderId();
}
