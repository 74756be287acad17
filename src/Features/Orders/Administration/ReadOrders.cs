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
            .WithDescription("`person` keeps one person's, `id` the one order.")
            .Produces<AdminOrderPage>().Refuses(WebProblems.InvalidCursor);
        orders.MapGet("{id}", Get).WithName("GetOrderForAdmin").WithSummary("An order, whoever's it is.")
            .Produces<AdminOrderView>().Produces(StatusCodes.Status304NotModified).Refuses(WebProblems.NotFound);
    }

    private static async Task<IResult> List(
        OrderStore store, OrderViews views, HttpContext http, CancellationToken cancel,
        [Range(1, LimitMax)] int limit = LimitDefault, string? after = null, string? person = null, string? id = null)
    {
        var before = long.MaxValue;
        if (after is not null && !PublicId.TryParse(CursorPrefix, after, out before))
            return WebProblems.InvalidCursor;
        long whose = 0, which = 0;
        if (person is not null && !PublicId.TryParse("usr", person, out whose))
            return WebProblems.Invalid("person", "must be a person's id, such as usr_…");
        if (id is not null && !PublicId.TryParse("ord", id, out which))
            return WebProblems.Invalid("id", "must be an order's id, such as ord_…");

        var found = id is null
            ? await store.ListAll(person is null ? null : whose, before, limit + 1, cancel)
            : await store.FindForAdmin(which, cancel) is { } order && which < before && (person is null || order.Person == whose)
                ? [order] : [];
        var (shown, page) = PageInfo.Cut(found, limit, one => PublicId.Format(CursorPrefix, one.Id));
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new AdminOrderPage(await views.Of(shown, cancel), page));
    }

    private static async Task<IResult> Get(
        string id, HttpContext http, OrderStore store, OrderViews views, CancellationToken cancel)
    {
        if (!PublicId.TryParse("ord", id, out var number) || await store.FindForAdmin(number, cancel) is not { } order)
            return WebProblems.NotFound;
        return EntityTags.IsCurrent(http, EntityTags.OfVersion(order.Version))
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(await views.Of(order, cancel));
    }
}

internal sealed record AdminOrderPage(IReadOnlyList<AdminOrderView> Data, PageInfo Page);
