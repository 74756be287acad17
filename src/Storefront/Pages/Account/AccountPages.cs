using Doorbuster.Platform.Web;
using Doorbuster.Storefront.Pages.Account.Addresses;
using Doorbuster.Storefront.Pages.Account.Coupons;
using Doorbuster.Storefront.Pages.Account.Notices;
using Doorbuster.Storefront.Pages.Account.Orders;
using Doorbuster.Storefront.Pages.Account.RedPackets;
using Doorbuster.Storefront.Pages.Account.Rewards;
using Doorbuster.Storefront.Pages.Account.Settings;
using Doorbuster.Storefront.Rendering;

namespace Doorbuster.Storefront.Pages.Account;

/// <summary>What is one person's: everything at a glance, and a page for each thing.</summary>
internal static class AccountPages
{
    public static void Map(PageRoutes pages)
    {
        pages.Personal("/account", Access.Person, Show);
        OrdersPage.Map(pages);
        NoticesPage.Map(pages);
        CalendarPage.Map(pages);
        LedgerPages.Map(pages);
        CouponsPage.Map(pages);
        PacketsPage.Map(pages);
        PacketPage.Map(pages);
        AddressPages.Map(pages);
        SettingsPage.Map(pages);
        ErasePage.Map(pages);
    }

    private static async Task<PageResult> Show(PageRequest request)
    {
        var today = request.Api.Get("/api/v1/me/sign-ins", AccountJson.Default.MyToday);
        var overview = await request.Api.Get("/api/v1/me/overview", AccountJson.Default.MyOverview);
        return overview.Refusal is { } refusal
            ? PageResult.Refused(refusal)
            : PageResult.View<AccountOverview, AccountModel>(new(overview.Value!, (await today).Value));
    }
}

/// <param name="Today">Null: could not be had.</param>
public sealed record AccountModel(MyOverview Overview, MyToday? Today);
