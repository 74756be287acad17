using Microsoft.Playwright;

namespace Doorbuster.BrowserTests.Support;

/// <summary>Who runs the shop, in the console.</summary>
public static class Administrator
{
    public const string Email = "boss@example.test";

    /// <summary>Signs in to the console; the visitor is then on its first page.</summary>
    public static async Task SignIn(BrowserShop shop, Visitor visitor)
    {
        var page = visitor.Page;
        await visitor.Open("/admin/sign-in");
        await page.GetByLabel("E-mail").FillAsync(Email);
        await page.GetByLabel("Password").FillAsync(await shop.AdministratorsPassword);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await page.WaitForURLAsync("**/admin/sales");
    }
}
