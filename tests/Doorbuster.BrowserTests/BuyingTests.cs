using Doorbuster.BrowserTests.Support;
using Microsoft.Playwright;

namespace Doorbuster.BrowserTests;

/// <summary>From a product to a paid order, as people do it.</summary>
public sealed class BuyingTests(BrowserShop shop)
{
    private const string Sku = "KIT-003";

    [Theory, InlineData(Widths.Desk, true), InlineData(Widths.Phone, true), InlineData(Widths.Phone, false)]
    public async Task A_guest_browses_puts_something_in_the_cart_pays_and_sees_the_order(int width, bool hasScript)
    {
        await using var visitor = await shop.Visit(width, hasScript: hasScript);
        var page = visitor.Page;
        await visitor.Open("/categories/kitchen");
        await page.Locator($".card-link[href*='{Sku}']").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Add to cart" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("is in your cart");
        await page.GetByRole(AriaRole.Button, new() { Name = "Go to the checkout" }).ClickAsync();
        await Buying.FillIn(page);
        if (hasScript)
            await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Place the order and pay £" })).ToBeVisibleAsync();
        else
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "See the total with delivery" }).ClickAsync();
            await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("the total is £");
        }
        await visitor.AssertFits("the checkout");
        visitor.AssertQuiet("the checkout");
        await page.GetByRole(AriaRole.Button, new() { Name = "Place the order and pay £" }).ClickAsync();
        await visitor.AssertFits("the payment page");
        await page.GetByRole(AriaRole.Button, new() { Name = "Pay GBP" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("Your order is paid");
        await visitor.AssertFits("the order");
        visitor.AssertQuiet("the order");
        await visitor.Open("/cart");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Your cart is empty");
    }

    [Fact]
    public async Task By_keyboard_alone()
    {
        await using var visitor = await shop.Visit();
        var page = visitor.Page;
        await visitor.Open($"/products/{Sku}");
        await Press(page, "Buy now", "Enter");
        await page.WaitForURLAsync("**/checkout/**");
        await Until(page, "document.activeElement.name === 'email'");
        foreach (var text in new[] { "grace@example.test", "Grace Hopper", "1 Navy Yard", "", "SW1A 1AA", "London" })
        {
            await page.Keyboard.TypeAsync(text);
            await page.Keyboard.PressAsync("Tab");
        }
        await Press(page, "Place the order and pay", "Enter");
        await page.WaitForURLAsync("**/sandbox-payments/**");
        await Press(page, "Pay GBP", "Space");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("Your order is paid");
        visitor.AssertQuiet("buying by keyboard");
    }

    [Fact]
    public async Task A_declined_card_is_said_and_another_try_pays_and_the_page_changes_by_itself()
    {
        await using var visitor = await shop.Visit(Widths.Phone);
        var page = visitor.Page;
        await Buying.ToPayment(visitor);
        await page.GetByLabel("0002").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Pay GBP" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Your payment was declined");
        await page.GetByRole(AriaRole.Button, new() { Name = "again" }).ClickAsync();
        await page.GetByLabel("3184").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Pay GBP" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("We are confirming your payment");
        var url = page.Url;
        var help = page.Locator("#order a[href='/help']");
        await help.FocusAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("Your order is paid", new() { Timeout = 15_000 });
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Your order is paid");
        await Assertions.Expect(help).ToBeFocusedAsync();
        Assert.Equal(url, page.Url);
        visitor.AssertQuiet("paying at the second try");
    }

    [Fact]
    public async Task A_total_that_cannot_be_worked_out_orders_nothing_and_what_is_refused_is_told()
    {
        await using var visitor = await shop.Visit(Widths.Phone);
        var page = visitor.Page;
        var isAway = false;
        await page.RouteAsync("**/checkout/*", async route =>
        {
            if (isAway && route.Request.PostData?.Contains("do=update", StringComparison.Ordinal) is true)
                await route.FulfillAsync(new() { Status = 503, ContentType = "text/html", Body = "<h1>Not now</h1>" });
            else
                await route.ContinueAsync();
        });
        await Shopper.BeNew(shop, visitor, "Lovelace");
        await Buying.ToCheckout(visitor);
        var (url, said, place) = (page.Url, page.Locator("[data-said]"), page.Locator("[data-order]"));

        // Refused by itself: told above and beside the field, and one goes on writing where one is.
        await Buying.FillIn(page);
        await Assertions.Expect(said).ToContainTextAsync("The total is now £");
        await page.GetByLabel("E-mail").FillAsync("ada@example");
        await page.GetByLabel("Full name").FocusAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("check the fields marked below");
        await Assertions.Expect(page.Locator("#email-error")).ToContainTextAsync("Write an e-mail address");
        await Assertions.Expect(page.GetByLabel("Full name")).ToBeFocusedAsync();
        await Axe.AssertClean(page, "a checkout that was refused");
        visitor.Forget();    // the browser notes the refusal itself
        await page.GetByLabel("E-mail").FillAsync("ada@example.test");
        await page.GetByLabel("Full name").FocusAsync();
        await Assertions.Expect(page.Locator("#email-error")).ToHaveCountAsync(0);
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);

        // What one is typing stays, whatever is worked out meanwhile.
        var code = page.GetByLabel("Coupon code");
        await code.FillAsync("SPRI");
        await page.EvaluateAsync("() => document.querySelector('[value=express]').click()");
        await Assertions.Expect(said).ToContainTextAsync("The total is now £");
        await Assertions.Expect(page.Locator("#totals")).Not.ToHaveAttributeAsync("aria-busy", "true");
        await Assertions.Expect(code).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("NG");
        await Assertions.Expect(code).ToHaveValueAsync("SPRING");

        isAway = true;
        await page.GetByText("Standard").First.ClickAsync();
        await Assertions.Expect(page.Locator("[data-away]")).ToContainTextAsync("couldn't work out the total");
        await Assertions.Expect(said).ToContainTextAsync("couldn't work out the total");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Work out the total again" })).ToBeVisibleAsync();
        Assert.Equal(url, page.Url);
        var orders = await page.EvaluateAsync<int>("async () => (await (await fetch('/api/v1/orders')).json()).data.length");
        Assert.Equal(0, orders);
        visitor.Forget();
        isAway = false;
        await page.GetByText("Express").First.ClickAsync();
        await Assertions.Expect(page.Locator("[data-away]")).ToBeHiddenAsync();
        await Assertions.Expect(place).ToBeEnabledAsync();

        // Ordered in another window: this one goes there.
        await page.EvaluateAsync(
            "async () => { await fetch('/api' + location.pathname.replace('/checkout/', '/v1/checkouts/') + '/order', { method: 'POST', headers: { 'Idempotency-Key': 'elsewhere' } }); }");
        await page.GetByText("Standard").First.ClickAsync();
        await page.WaitForURLAsync("**/orders/ord_*");
    }

    // Tab until the button that is named so has the focus.
    private static async Task Press(IPage page, string name, string key)
    {
        await Until(page, $"(document.activeElement.matches('button') && document.activeElement.textContent.startsWith('{name}'))");
        await page.Keyboard.PressAsync(key);
    }

    private static async Task Until(IPage page, string where)
    {
        for (var i = 0; i < 80; i++)
        {
            if (await page.EvaluateAsync<bool>(where))
                return;
            await page.Keyboard.PressAsync("Tab");
        }
        Assert.Fail($"The keyboard does not lead to {where}.");
    }
}
