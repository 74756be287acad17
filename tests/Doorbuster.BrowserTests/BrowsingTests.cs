using Doorbuster.BrowserTests.Support;
using Microsoft.Playwright;

namespace Doorbuster.BrowserTests;

public sealed class BrowsingTests(BrowserShop shop)
{
    public static TheoryData<int, bool> Ways => new()
    {
        { Widths.Desk, true }, { Widths.Phone, true }, { Widths.Phone, false },
    };

    [Theory, MemberData(nameof(Ways))]
    public async Task From_the_first_page_through_a_department_to_a_product(int width, bool hasScript)
    {
        await using var visitor = await shop.Visit(width, hasScript: hasScript);
        var page = visitor.Page;
        await visitor.Open("/");
        await page.Locator(".departments a").Filter(new() { HasText = "Kitchen" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Kitchen");
        var card = page.Locator(".card-link").First;
        var title = await card.Locator("h3").InnerTextAsync();
        await card.ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(title);
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Add to cart" })).ToBeVisibleAsync();
        visitor.AssertQuiet("browsing");
    }

    [Fact]
    public async Task A_filter_narrows_the_department_and_is_taken_off_again()
    {
        await using var visitor = await shop.Visit(Widths.Phone, hasScript: false);
        var page = visitor.Page;
        await visitor.Open("/categories/kitchen");
        var all = await page.Locator(".card").CountAsync();
        await page.Locator(".filters summary").ClickAsync();
        await page.Locator(".filters label").Filter(new() { HasText = "2" }).First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
        await Assertions.Expect(page.Locator(".chosen li")).ToHaveCountAsync(1);
        Assert.InRange(await page.Locator(".card").CountAsync(), 1, all - 1);
        await page.Locator(".chosen a").ClickAsync();
        await Assertions.Expect(page.Locator(".card")).ToHaveCountAsync(all);
    }

    [Fact]
    public async Task The_search_field_finds_products_by_the_beginning_of_their_words()
    {
        await using var visitor = await shop.Visit();
        var page = visitor.Page;
        await visitor.Open("/");
        await page.GetByRole(AriaRole.Searchbox).FillAsync("midni mug");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator(".card")).ToHaveCountAsync(1);
        await Assertions.Expect(page.GetByRole(AriaRole.Searchbox)).ToHaveValueAsync("midni mug");
        visitor.AssertQuiet("searching");
    }

    [Fact]
    public async Task The_language_is_chosen_once_and_kept()
    {
        await using var visitor = await shop.Visit(hasScript: false);
        var page = visitor.Page;
        await visitor.Open("/products/MIDNIGHT-MUG");
        await page.GetByRole(AriaRole.Button, new() { Name = "简体中文" }).ClickAsync();
        await page.WaitForURLAsync("**/zh/products/MIDNIGHT-MUG");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "加入购物车" })).ToBeVisibleAsync();
        Assert.Equal("zh-Hans", await page.Locator("html").GetAttributeAsync("lang"));
        await page.GotoAsync("/");
        Assert.EndsWith("/zh/", page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_browser_that_reads_Chinese_gets_Chinese()
    {
        await using var visitor = await shop.Visit(language: "zh-CN");
        await visitor.Open("/");
        Assert.EndsWith("/zh/", visitor.Page.Url, StringComparison.Ordinal);
    }
}
