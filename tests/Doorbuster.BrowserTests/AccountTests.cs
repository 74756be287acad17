using Doorbuster.BrowserTests.Support;
using Doorbuster.IntegrationTests;
using Microsoft.Playwright;

namespace Doorbuster.BrowserTests;

public sealed class AccountTests(BrowserShop shop)
{
    [Theory, InlineData(true), InlineData(false)]
    public async Task Sign_in_for_today_once_and_find_the_points(bool hasScript)
    {
        await using var visitor = await shop.Visit(Widths.Phone, hasScript: hasScript);
        var page = visitor.Page;
        await Shopper.BeNew(shop, visitor, "Curie");
        await visitor.Open("/account");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in for today" }).ClickAsync();
        await page.WaitForURLAsync("**/account/calendar");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in for today" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("10 points earned. 1 day in a row.");
        await Assertions.Expect(page.Locator(".signed[aria-current=date]")).ToHaveCountAsync(1);
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Sign in for today" })).ToHaveCountAsync(0);

        await page.GetByRole(AriaRole.Link, new() { Name = "Points", Exact = true }).ClickAsync();
        await ReloadUntil(page, () => page.GetByRole(AriaRole.Cell, new() { Name = "+10" }));
        visitor.AssertQuiet("signing in for today");
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Claim_a_coupon_by_a_click_and_another_by_its_code(bool hasScript)
    {
        await using var visitor = await shop.Visit(hasScript: hasScript);
        var page = visitor.Page;
        await Shopper.BeNew(shop, visitor, "Noether");
        await visitor.Open("/account/coupons");
        await page.GetByRole(AriaRole.Button, new() { Name = "Claim 10 % off" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("It's yours: 10 % off your first order");

        await page.GetByLabel("Coupon code").FillAsync("NO-SUCH-CODE");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add the coupon" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("no coupon for this code");
        Assert.Equal("NO-SUCH-CODE", await page.GetByLabel("Coupon code").InputValueAsync());
        visitor.Forget();    // the browser notes the refusal itself

        await page.GetByLabel("Coupon code").FillAsync("SPRING-5");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add the coupon" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("It's yours: £5 off from £30");
        await ReloadUntil(page, () => page.Locator("section[aria-labelledby=mine] .coupon").Nth(1));
        visitor.AssertQuiet("claiming coupons");
    }

    [Fact]
    public async Task Addresses_are_added_changed_and_removed()
    {
        await using var visitor = await shop.Visit(Widths.Phone, hasScript: false);
        var page = visitor.Page;
        await Shopper.BeNew(shop, visitor, "Franklin");
        await visitor.Open("/account/addresses");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add an address" }).ClickAsync();
        await page.WaitForURLAsync("**/account/addresses/new");
        await page.GetByLabel("Full name").FillAsync("Rosalind Franklin");
        await page.GetByLabel("Street and number").FillAsync("1 Strand");
        await page.GetByLabel("Town").FillAsync("London");
        await page.GetByLabel("Country or region").SelectOptionAsync("GB");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save the address" }).ClickAsync();
        await Assertions.Expect(page.Locator(".addresses > li")).ToContainTextAsync("Used first");

        await page.GetByRole(AriaRole.Button, new() { Name = "Change Rosalind" }).ClickAsync();
        await page.WaitForURLAsync("**/account/addresses/adr_*");
        await page.GetByLabel("Postal code").FillAsync("WC2R 2LS");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save the address" }).ClickAsync();
        await Assertions.Expect(page.Locator("address")).ToContainTextAsync("London, WC2R 2LS");

        await page.GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "No addresses yet" })).ToBeVisibleAsync();
        visitor.AssertQuiet("addresses");
    }

    [Fact]
    public async Task Another_session_is_ended_the_password_is_changed_and_signing_out_signs_out()
    {
        await using var visitor = await shop.Visit(hasScript: false);
        await using var elsewhere = await shop.Visit(hasScript: false);
        var page = visitor.Page;
        var email = await Shopper.BeNew(shop, visitor, "Meitner");
        await SignIn(elsewhere.Page, email, Shopper.Password);

        await visitor.Open("/account/settings");
        await page.GetByRole(AriaRole.Button, new() { Name = "End it" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "End it" })).ToHaveCountAsync(0);
        await elsewhere.Page.GotoAsync("/account");
        Assert.Contains("/sign-in", elsewhere.Page.Url, StringComparison.Ordinal);

        await page.GetByLabel("Password now").FillAsync("not my password");
        await page.GetByLabel("New password").FillAsync("another sentence");
        await page.GetByRole(AriaRole.Button, new() { Name = "Change the password" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("not your password");
        await page.GetByLabel("Password now").FillAsync(Shopper.Password);
        await page.GetByLabel("New password").FillAsync("another sentence");
        await page.GetByRole(AriaRole.Button, new() { Name = "Change the password" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Your password is changed");

        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await page.WaitForURLAsync(shop.Address.ToString());
        await page.GotoAsync("/account");
        Assert.Contains("/sign-in", page.Url, StringComparison.Ordinal);
        await SignIn(page, email, "another sentence");
        await page.GotoAsync("/account");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Hello, Meitner");
    }

    [Fact]
    public async Task An_account_is_erased_by_its_password_and_a_tick_after_its_data_was_fetched()
    {
        await using var visitor = await shop.Visit();
        var page = visitor.Page;
        var email = await Shopper.BeNew(shop, visitor, "Hypatia");
        await visitor.Open("/account/settings");
        var fetching = page.WaitForDownloadAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Download my data" }).ClickAsync();
        var file = await File.ReadAllTextAsync(await (await fetching).PathAsync());
        Assert.Contains(email, file, StringComparison.OrdinalIgnoreCase);

        await page.GetByRole(AriaRole.Button, new() { Name = "Erase the account" }).ClickAsync();
        await page.WaitForURLAsync("**/account/erase");
        await page.GetByLabel("Your password, once more").FillAsync("not my password");
        await page.GetByLabel("I understand").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Erase my account" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("not your password");
        await page.GetByLabel("Your password, once more").FillAsync(Shopper.Password);
        await page.GetByLabel("I understand").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Erase my account" }).ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Your account is erased");
        await page.GotoAsync("/account");
        Assert.Contains("/sign-in", page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_is_read_and_leads_to_what_it_is_about()
    {
        await using var visitor = await shop.Visit(hasScript: false);
        await Shopper.SignIn(shop, visitor, "linus@example.test");
        await visitor.Open("/account/notices");
        var letter = visitor.Page.Locator(".notice-row", new() { HasText = "Welcome to Doorbuster" });
        await Assertions.Expect(letter).ToContainTextAsync("New");
        await letter.GetByRole(AriaRole.Button, new() { Name = "Open" }).ClickAsync();
        await visitor.Page.WaitForURLAsync(shop.Address.ToString());
        await visitor.Open("/account/notices");
        await Assertions.Expect(letter).Not.ToContainTextAsync("New");
    }

    private static async Task SignIn(IPage page, string email, string password)
    {
        await page.GotoAsync("/sign-in");
        await page.GetByLabel("E-mail").FillAsync(email);
        await page.GetByLabel("Password").FillAsync(password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await Assertions.Expect(page).Not.ToHaveURLAsync(new System.Text.RegularExpressions.Regex("sign-in"));
    }

    // What is written by messages is there a moment later.
    private static Task ReloadUntil(IPage page, Func<ILocator> what) => Eventually.IsTrue(
        async () =>
        {
            if (await what().CountAsync() > 0)
                return true;
            await page.ReloadAsync();
            return false;
        },
        "the page shows it");
}
