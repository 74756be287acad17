using Doorbuster.Platform.Web;
using Doorbuster.Storefront.Rendering;

namespace Doorbuster.Storefront.Pages.Account.Rewards;

/// <summary>The wallet: what is in it, and what moved.</summary>
internal static class WalletPage
{
    private const int MovementsMax = 40;

    public static void Map(PageRoutes pages) => pages.Personal("/account/wallet", Access.Person, Show);

    private static async Task<PageResult> Show(PageRequest request)
    {
        var wallet = request.Api.Get("/api/v1/me/wallet", AccountJson.Default.MyWallet);
        var moved = await request.Api.Get(
            $"/api/v1/me/wallet/movements?limit={MovementsMax}{request.After()}", AccountJson.Default.Movements);
        return ((await wallet).Refusal ?? moved.Refusal) is { } refusal
            ? PageResult.Refused(refusal)
            : PageResult.View<WalletLedger, WalletModel>(new((await wallet).Value!, moved.Value!, request.Query("after") is null));
    }
}

public sealed record WalletModel(MyWallet Wallet, MyPage<MyMovement> Movements, bool IsFirst);
