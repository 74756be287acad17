using Doorbuster.BrowserTests.Support;
using Doorbuster.IntegrationTests;
using Doorbuster.IntegrationTests.Catalog;
using Microsoft.Playwright;

namespace Doorbuster.BrowserTests;

/// <summary>A product's pictures: looked through by whoever shops, ordered by whoever runs the shop.</summary>
public sealed class GalleryTests(BrowserShop shop)
{
    private const string ThatIsSeen =
        """
        () => {
          const strip = document.querySelector('.gallery-strip').getBoundingClientRect();
          return [...document.querySelectorAll('.gallery-strip img')]
            .findIndex(img => Math.abs(img.getBoundingClientRect().left - strip.left) < 2);
        }
        """;

    [Theory]
    [InlineData(Widths.Desk, true)]
    [InlineData(Widths.Phone, true)]
    [InlineData(Widths.Phone, false)]
    public async Task Pictures_are_reached_by_their_links_and_by_keys_without_the_page_moving(int width, bool hasScript)
    {
        await using var visitor = await shop.Visit(width, hasScript: hasScript);
        var page = visitor.Page;
        await visitor.Open("/products/MIDNIGHT-MUG");
        var pictures = page.Locator(".gallery-strip img");
        await Assertions.Expect(pictures).ToHaveCountAsync(4);
        Assert.Equal(("high", null), (await pictures.First.GetAttributeAsync("fetchpriority"), await pictures.First.GetAttributeAsync("loading")));
        Assert.Equal("lazy", await pictures.Last.GetAttributeAsync("loading"));

        await page.GetByRole(AriaRole.Link, new() { Name = "Picture 3 of 4" }).ClickAsync();
        await Seen(page, 2);
        Assert.Equal(0, await page.EvaluateAsync<int>("() => scrollY"));
        if (hasScript)
        {
            await Assertions.Expect(page.Locator(".gallery-links [aria-current]")).ToHaveCountAsync(1);
            await Assertions.Expect(page.Locator(".gallery-links li:nth-child(3) a")).ToHaveAttributeAsync("aria-current", "true");
        }
        await page.GetByRole(AriaRole.Link, new() { Name = "Picture 1 of 4" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Seen(page, 0);
        await page.GetByRole(AriaRole.Group, new() { Name = "Pictures" }).FocusAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        await Seen(page, 1);
        await page.Locator(".gallery-links li:last-child img").EvaluateAsync("img => img.decode()");
        visitor.AssertQuiet("looking at pictures");
    }

    [Fact]
    public async Task Whoever_runs_the_shop_adds_describes_orders_and_removes_pictures()
    {
        await using var visitor = await shop.Visit(hasScript: false);
        var page = visitor.Page;
        await Administrator.BeSignedIn(shop, visitor);
        await visitor.Open("/admin/products/AUD-001");
        var rows = page.Locator(".pictures li");
        var before = await rows.CountAsync();

        FilePayload[] files = [File("front.png", NewPictures.Next()), File("back.png", NewPictures.Next())];
        await page.GetByLabel("More pictures").SetInputFilesAsync(files);
        await page.GetByRole(AriaRole.Button, new() { Name = "Add pictures" }).ClickAsync();
        await Assertions.Expect(rows).ToHaveCountAsync(before + 2);

        await page.GetByLabel($"What picture {before + 2} shows").FillAsync("Seen from the back");
        await page.GetByLabel($"What picture {before + 2} shows").PressAsync("Enter");
        await Assertions.Expect(page.GetByLabel($"What picture {before + 2} shows")).ToHaveValueAsync("Seen from the back");
        for (var place = before + 2; place > 1; place--)
            await page.GetByRole(AriaRole.Button, new() { Name = $"Move picture {place} forward" }).ClickAsync();
        await Assertions.Expect(page.GetByLabel("What picture 1 shows")).ToHaveValueAsync("Seen from the back");
        await page.GetByRole(AriaRole.Button, new() { Name = $"Remove picture {before + 2}" }).ClickAsync();
        await Assertions.Expect(rows).ToHaveCountAsync(before + 1);

        foreach (var (bad, why) in new[]
        {
            (File("script.png", "<svg onload='alert(1)'/>"u8.ToArray()), "script.png: This is no picture"),
            (File("large.png", [.. NewPictures.Next(), .. new byte[5 * 1024 * 1024]]), "large.png: This is too large"),
        })
        {
            await page.GetByLabel("More pictures").SetInputFilesAsync(bad);
            await page.GetByRole(AriaRole.Button, new() { Name = "Add pictures" }).ClickAsync();
            await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync(why);
            await Assertions.Expect(rows).ToHaveCountAsync(before + 1);
        }
        visitor.Forget();    // the browser notes the status itself
        await visitor.AssertFits("a product with pictures in the console");

        // Somebody else has them in another order meanwhile: what was written goes with its picture.
        await visitor.Open("/admin/products/AUD-001");
        var other = await page.Context.NewPageAsync();
        await other.GotoAsync("/admin/products/AUD-001");
        await other.GetByRole(AriaRole.Button, new() { Name = "Move picture 1 back" }).ClickAsync();
        await Assertions.Expect(other.GetByLabel("What picture 2 shows")).ToHaveValueAsync("Seen from the back");
        await page.GetByLabel("What picture 1 shows").FillAsync("Its back");
        await page.Locator(".pictures .actions button").ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Somebody else changed this");
        await Assertions.Expect(page.GetByLabel("What picture 2 shows")).ToHaveValueAsync("Its back");
        await page.Locator(".pictures .actions button").ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
        await Assertions.Expect(page.GetByLabel("What picture 2 shows")).ToHaveValueAsync("Its back");
    }

    private static FilePayload File(string name, byte[] bytes) => new() { Name = name, MimeType = "image/png", Buffer = bytes };

    // Asked from outside: where scripts are off, the page cannot wait itself.
    private static Task Seen(IPage page, int picture) => Eventually.IsTrue(
        async () => await page.EvaluateAsync<int>(ThatIsSeen) == picture, $"picture {picture + 1} is seen");
}
