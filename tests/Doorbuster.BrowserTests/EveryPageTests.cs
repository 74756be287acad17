using Doorbuster.BrowserTests.Support;

namespace Doorbuster.BrowserTests;

/// <summary>What holds for every page, whoever wrote it.</summary>
public sealed class EveryPageTests(BrowserShop shop)
{
    private const string CountShifts =
        """
        window.shifted = 0;
        new PerformanceObserver(list => { for (const e of list.getEntries()) if (!e.hadRecentInput) window.shifted += e.value; })
          .observe({ type: 'layout-shift', buffered: true });
        """;

    public static TheoryData<string> Pages => ShopPages.Names;

    [Theory, MemberData(nameof(Pages))]
    public async Task Is_quiet_still_fits_and_is_accessible_on_a_desk_and_in_the_dark_on_a_phone(string name)
    {
        foreach (var (width, isDark) in new[] { (Widths.Desk, false), (Widths.Phone, true) })
        {
            await using var visitor = await shop.Visit(width, isDark);
            await visitor.Page.AddInitScriptAsync(CountShifts);
            await ShopPages.Named(name).Open(shop, visitor);

            var where = $"{name} at {width} px, {(isDark ? "dark" : "light")}";
            await visitor.AssertFits(where);
            await Axe.AssertClean(visitor.Page, where);
            Assert.Equal(1, await visitor.Page.Locator("h1").CountAsync());
            Assert.True(await visitor.Page.EvaluateAsync<double>("window.shifted") < 0.01, $"{where} moves while it loads");
            visitor.AssertQuiet(where);
        }
    }

    [Theory, MemberData(nameof(Pages))]
    public async Task Says_the_same_without_a_script(string name)
    {
        await using var with = await shop.Visit();
        await using var without = await shop.Visit(hasScript: false);
        await ShopPages.Named(name).Open(shop, with);
        await ShopPages.Named(name).Open(shop, without);

        Assert.Equal(
            await with.Page.Locator("main h1").AllInnerTextsAsync(), await without.Page.Locator("main h1").AllInnerTextsAsync());
        Assert.Equal(await with.Page.Locator("main a").CountAsync(), await without.Page.Locator("main a").CountAsync());
        without.AssertQuiet(name);
    }
}
