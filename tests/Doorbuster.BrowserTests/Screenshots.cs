using Doorbuster.BrowserTests.Support;

namespace Doorbuster.BrowserTests;

/// <summary>Photographs every page for people to look at: <c>bin/screenshots</c>.</summary>
public sealed class Screenshots(BrowserShop shop)
{
    [Fact(Explicit = true)]
    public async Task Of_every_page()
    {
        var folder = Environment.GetEnvironmentVariable("SCREENSHOTS")
            ?? throw new InvalidOperationException("SCREENSHOTS names the folder.");
        var only = Environment.GetEnvironmentVariable("SCREENSHOTS_OF") ?? "";
        Directory.CreateDirectory(folder);
        foreach (var page in ShopPages.Listed.Where(page => page.Name.Contains(only, StringComparison.Ordinal)))
            foreach (var (width, isDark) in new[] { (Widths.Desk, false), (Widths.Phone, false), (Widths.Desk, true), (Widths.Phone, true) })
            {
                await using var visitor = await shop.Visit(width, isDark);
                await page.Open(shop, visitor);
                // Pictures further down are put off until somebody gets there.
                await visitor.Page.EvaluateAsync(
                    """
                    async () => {
                      for (const picture of document.images) picture.loading = 'eager';
                      await Promise.all([...document.images].map(picture => picture.decode().catch(() => {})));
                    }
                    """);
                await visitor.Page.ScreenshotAsync(new()
                {
                    Path = Path.Combine(folder, $"{page.Name}-{width}{(isDark ? "-dark" : "")}.png"),
                    FullPage = true,
                });
            }
    }
}
