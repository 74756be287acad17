using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Doorbuster.BrowserTests.Support;
using Microsoft.Playwright;

namespace Doorbuster.BrowserTests;

/// <summary>Somebody runs a sale by the console.</summary>
public sealed partial class ConsoleTests(BrowserShop shop)
{
    [Fact]
    public async Task A_sale_is_made_opened_watched_and_paused()
    {
        await using var visitor = await shop.Visit();
        var page = visitor.Page;
        await Administrator.SignIn(shop, visitor);

        await page.GetByRole(AriaRole.Button, new() { Name = "New sale" }).ClickAsync();
        await page.GetByLabel("SKU").FillAsync("KIT-001");
        await page.GetByLabel("Units").FillAsync("5");
        await page.GetByLabel("Price of one").FillAsync("9.99");
        await page.GetByLabel("Opens (UTC)").FillAsync(TimeProvider.System.GetUtcNow().AddDays(1).ToString("yyyy-MM-dd'T'HH:mm", null));
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the sale" }).ClickAsync();
        await page.WaitForURLAsync(new Regex("/admin/sales/sal_"));
        var sale = SaleId().Match(page.Url).Value;
        await Assertions.Expect(page.Locator("[data-live=phase]")).ToHaveTextAsync("Coming");

        await page.GetByRole(AriaRole.Button, new() { Name = "Open now" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status).First).ToHaveTextAsync("Done.");
        await Assertions.Expect(page.Locator("[data-live=state]")).ToHaveTextAsync("Live");
        await Assertions.Expect(page.Locator("[data-live=phase]")).ToHaveTextAsync("On sale now");

        await Claim(sale);
        await Assertions.Expect(page.Locator("[data-total=sold]")).ToHaveTextAsync("1");
        await Assertions.Expect(page.Locator("[data-live=left]")).ToHaveTextAsync("4");
        await Assertions.Expect(page.Locator("[data-live=held]")).ToHaveTextAsync("1");
        await Assertions.Expect(page.Locator("[data-live=drift]")).ToHaveTextAsync("No drift");
        Assert.Equal(4, await page.Locator(".chart canvas").CountAsync());

        await page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await Assertions.Expect(page.Locator("[data-live=phase]")).ToHaveTextAsync("Paused");
        await Axe.AssertClean(page, "a sale in the console");
        await visitor.AssertFits("a sale in the console");
        visitor.AssertQuiet("running a sale");
    }

    private async Task Claim(string sale)
    {
        using var signedIn = await shop.Client.PostAsJsonAsync(
            "/api/v1/sessions", new { email = "linus@example.test", password = "demo-password" });
        var token = JsonDocument.Parse(await signedIn.Content.ReadAsStringAsync()).RootElement.GetProperty("token").GetString();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/sales/{sale}/claims");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.Add("Idempotency-Key", $"console-{sale}");
        request.Content = JsonContent.Create(new { quantity = 1 });
        (await shop.Client.SendAsync(request)).EnsureSuccessStatusCode();
    }

    [GeneratedRegex("sal_[0-9a-z]+")]
    private static partial Regex SaleId();
}
