using Doorbuster.Platform.Web;
using Doorbuster.Storefront.Rendering;

namespace Doorbuster.Storefront.Pages.Account.Rewards;

/// <summary>How many points there are, until when, and where they came from.</summary>
internal static class PointsPage
{
    private const int MovesMax = 40;

    public static void Map(PageRoutes pages) => pages.Personal("/account/points", Access.Person, Show);

    private static async Task<PageResult> Show(PageRequest request)
    {
        var points = request.Api.Get("/api/v1/me/points", AccountJson.Default.MyPoints);
        var moves = await request.Api.Get(
            $"/api/v1/me/points/history?limit={MovesMax}{request.After()}", AccountJson.Default.PointsMoves);
        return ((await points).Refusal ?? moves.Refusal) is { } refusal
            ? PageResult.Refused(refusal)
            : PageResult.View<PointsLedger, PointsModel>(new((await points).Value!, moves.Value!, request.Query("after") is null));
    }
}

public sealed record PointsModel(MyPoints Points, MyPage<MyPointsMove> Moves, bool IsFirst);
