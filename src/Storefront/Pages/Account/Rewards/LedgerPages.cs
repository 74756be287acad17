using System.Text.Json.Serialization.Metadata;
using Doorbuster.Platform.Web;
using Doorbuster.Storefront.Rendering;

namespace Doorbuster.Storefront.Pages.Account.Rewards;

/// <summary>Points and the wallet: how much there is, and where it came from and went.</summary>
internal static class LedgerPages
{
    private const int MovesMax = 40;

    public static void Map(PageRoutes pages)
    {
        pages.Personal("/account/points", Access.Person, request => Show<PointsLedger, MyPoints, MyPointsMove>(
            request, "/api/v1/me/points", AccountJson.Default.MyPoints,
            "/api/v1/me/points/history", AccountJson.Default.PointsMoves));
        pages.Personal("/account/wallet", Access.Person, request => Show<WalletLedger, MyWallet, MyMovement>(
            request, "/api/v1/me/wallet", AccountJson.Default.MyWallet,
            "/api/v1/me/wallet/movements", AccountJson.Default.Movements));
    }

    private static async Task<PageResult> Show<TView, TSum, TMove>(
        PageRequest request, string sumPath, JsonTypeInfo<TSum> sumType, string movesPath, JsonTypeInfo<MyPage<TMove>> movesType)
        where TView : View<LedgerModel<TSum, TMove>>
    {
        var sum = request.Api.Get(sumPath, sumType);
        var moves = await request.Api.Get($"{movesPath}?limit={MovesMax}{request.After()}", movesType);
        return ((await sum).Refusal ?? moves.Refusal) is { } refusal
            ? PageResult.Refused(refusal)
            : PageResult.View<TView, LedgerModel<TSum, TMove>>(
                new((await sum).Value!, moves.Value!, request.Query("after") is null));
    }
}

public sealed record LedgerModel<TSum, TMove>(TSum Sum, MyPage<TMove> Moves, bool IsFirst);
