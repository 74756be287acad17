using System.ComponentModel.DataAnnotations;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Orders.Administration;

/// <summary>Everybody's orders, for those who run the shop.</summary>
internal static class ReadOrders
{
    private const int LimitDefault = 40;
    private const int LimitMax = 100;
    private const string CursorPrefix = "oa";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var orders = routes.MapGroup("/api/admin/v1/orders").ForAdmin().WithTags("Orders (administration)");
        orders.MapGet("", List).WithName("ListOrdersForAdmin").WithSummary("All orders, newest first.")
            .Produces<AdminOrderPage>().Refuses(WebProblems.InvalidCursor);
        orders.MapGet("{id}", Get).WithName("GetOrderForAdmin").WithSummary("An order, whoever's it is.")
            .Produces<AdminOrderView>().Produces(StatusCodes.Status304NotModified).Refuses(WebProblems.NotFound);
    }

    private static async Task<IResult> List(
        OrderStore store, HttpContext http, CancellationToken cancel,
        [Range(1, LimitMax)] int limit = LimitDefault, string? after = null)
    {
        var before = long.MaxValue;
        if (after is not null && !PublicId.TryParse(CursorPrefix, after, out before))
            return WebProblems.InvalidCursor;
        var (shown, page) = PageInfo.Cut(
            await store.ListAll(before, limit + 1, cancel), limit, order => PublicId.Format(CursorPrefix, order.Id));
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new AdminOrderPage([.. shown.Select(AdminOrderView.Of)], page));
    }

    private static async Task<IResult> Get(string id, HttpContext http, OrderStore store, CancellationToken cancel)
    {
        if (!PublicId.TryParse("ord", id, out var number) || await store.FindForAdmin(number, cancel) is not { } order)
            return WebProblems.NotFound;
        return EntityTags.IsCurrent(http, EntityTags.OfVersion(order.Version))
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(AdminOrderView.Of(order));
    }
}

internal sealed record AdminOrderPage(IReadOnlyList<AdminOrderView> Data, PageInfo Page);
