using Doorbuster.Platform.Web;
using Doorbuster.Storefront.Rendering;

namespace Doorbuster.Storefront.Pages.Account.Orders;

/// <summary>What one has ordered, newest first.</summary>
internal static class OrdersPage
{
    public static void Map(PageRoutes pages) => pages.Personal("/account/orders", Access.Person, Show);

    private static async Task<PageResult> Show(PageRequest request)
    {
        // The first page as the API keeps it ready: its usual length.
        var orders = await request.Api.Get($"/api/v1/orders?limit=40{request.After()}", AccountJson.Default.Orders);
        return orders.Refusal is { } refusal
            ? PageResult.Refused(refusal)
            : PageResult.View<OrderList, OrdersModel>(new(orders.Value!, request.Query("after") is null));
    }
}

public sealed record OrdersModel(MyPage<MyOrder> Orders, bool IsFirst);
