using Doorbuster.BrowserTests.Support;
using Microsoft.Playwright;

namespace Doorbuster.BrowserTests;

/// <summary>What holds for every page, whoever wrote it.</summary>
public sealed class EveryPageTests(BrowserShop shop)
{
    private const string CountShifts =
        """
        window.shifts = [];
        new PerformanceObserver(list => {
          for (const shift of list.getEntries()) {
            if (shift.hadRecentInput) continue;
            const moved = shift.sources.map(({ node, previousRect: from, currentRect: to }) =>
              `${(node?.outerHTML ?? node?.parentElement?.outerHTML ?? '').slice(0, 80)} from ${from.y} to ${to.y}`);
            window.shifts.push({ by: shift.value, what: `${shift.value.toFixed(4)}: ${moved.join('; ')}` });
          }
        }).observe({ type: 'layout-shift', buffered: true });
        """;

    public static TheoryData<string> Pages => ShopPages.Names;

    /// <summary>Opened in the dark on a phone, then carried to a desk in the light, and opened there without scripts: two answers
    /// show all of it.</summary>
    [Theory, MemberData(nameof(Pages))]
    public async Task Is_quiet_and_still_fits_is_accessible_and_says_the_same_without_a_script(string name)
    {
        var opened = ShopPages.Named(name);
        await using var visitor = await shop.Visit(Widths.Phone, isDark: true);
        await visitor.Page.AddInitScriptAsync(CountShifts);
        await opened.Open(shop, visitor);
        await AssertStill(visitor.Page, name);
        await AssertWell(visitor, $"{name} in the dark on a phone");

        await visitor.Page.SetViewportSizeAsync(Widths.Desk, Widths.DeskHeight);
        await visitor.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await visitor.Settle();
        await AssertWell(visitor, $"{name} on a desk");

        await using var without = await shop.Visit(hasScript: false);
        await opened.Open(shop, without);
        Assert.Equal(
            await visitor.Page.Locator("main h1").AllInnerTextsAsync(), await without.Page.Locator("main h1").AllInnerTextsAsync());
        Assert.Equal(await visitor.Page.Locator("main a").CountAsync(), await without.Page.Locator("main a").CountAsync());
        without.AssertQuiet($"{name} without scripts");
    }

    private static async Task AssertWell(Visitor visitor, string where)
    {
        await visitor.AssertFits(where);
        await Axe.AssertClean(visitor.Page, where);
        Assert.Equal(1, await visitor.Page.Locator("h1").CountAsync());
        visitor.AssertQuiet(where);
    }

    private static async Task AssertStill(IPage page, string name)
    {
        var moved = await page.EvaluateAsync<string[]>(
            "() => window.shifts.reduce((sum, s) => sum + s.by, 0) < 0.01 ? [] : window.shifts.map(s => s.what)");
        Assert.True(moved.Length == 0, $"{name} moves while it loads:\n{string.Join('\n', moved)}");
    }
}
