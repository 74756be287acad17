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
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("Your order is paid", new() { Timeout = 15_000 });
        Assert.Equal(url, page.Url);
        visitor.AssertQuiet("paying at the second try");
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
