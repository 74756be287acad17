using Microsoft.Playwright;

namespace Doorbuster.BrowserTests.Support;

/// <summary>Who runs the shop, in the console.</summary>
public static class Administrator
{
    public const string Email = "boss@example.test";

    private static readonly Lock Gate = new();
    private static Task<Cookie[]>? _signedIn;

    /// <summary>By the cookies of somebody who has signed in: that costs a password's hash once, not at every page.</summary>
    public static async Task BeSignedIn(BrowserShop shop, Visitor visitor)
    {
        Task<Cookie[]> signedIn;
        lock (Gate)
            signedIn = _signedIn ??= CookiesOf(shop);
        await visitor.Page.Context.AddCookiesAsync(await signedIn);
    }

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

    private static async Task<Cookie[]> CookiesOf(BrowserShop shop)
    {
        await using var visitor = await shop.Visit();
        await SignIn(shop, visitor);
        return [.. (await visitor.Page.Context.CookiesAsync()).Select(kept => new Cookie
        {
            Name = kept.Name,
            Value = kept.Value,
            Domain = kept.Domain,
            Path = kept.Path,
            Expires = kept.Expires,
            HttpOnly = kept.HttpOnly,
            Secure = kept.Secure,
            SameSite = kept.SameSite,
        })];
    }
}
