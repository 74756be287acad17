using Doorbuster.BrowserTests.Support;
using Microsoft.Playwright;

namespace Doorbuster.BrowserTests;

public sealed class SigningInTests(BrowserShop shop)
{
    [Theory, InlineData(true), InlineData(false)]
    public async Task Register_sign_out_and_sign_in_again(bool hasScript)
    {
        var email = $"signing-in-{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):n}@example.test";
        await using var visitor = await shop.Visit(Widths.Phone, hasScript: hasScript);
        var page = visitor.Page;

        await visitor.Open("/register?next=/help");
        await page.GetByLabel("Name").FillAsync("Grace");
        await page.GetByLabel("E-mail").FillAsync(email);
        await page.GetByLabel("Password").FillAsync("a short sentence");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the account" }).ClickAsync();
        await page.WaitForURLAsync("**/help");
        if (hasScript)
            await Assertions.Expect(page.Locator("[data-me=name]")).ToHaveTextAsync("Grace");

        await visitor.Open("/sign-in");
        await page.GetByLabel("E-mail").FillAsync(email);
        await page.GetByLabel("Password").FillAsync("not my password");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("don't go together");
        Assert.Equal(email, await page.GetByLabel("E-mail").InputValueAsync());
        visitor.Forget();    // the browser notes the 422 itself

        await page.GetByLabel("Password").FillAsync("a short sentence");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await page.WaitForURLAsync(shop.Address.ToString());
        visitor.AssertQuiet("signing in");
    }

    [Fact]
    public async Task The_way_back_leads_nowhere_but_into_the_shop()
    {
        await using var visitor = await shop.Visit(hasScript: false);
        await visitor.Open("/sign-in?next=//evil.example/");
        await visitor.Page.GetByLabel("E-mail").FillAsync("ada@example.test");
        await visitor.Page.GetByLabel("Password").FillAsync("demo-password");
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await visitor.Page.WaitForURLAsync(shop.Address.ToString());
    }
}
