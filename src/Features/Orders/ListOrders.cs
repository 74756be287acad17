using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Orders;

/// <summary>
/// A person's orders, newest first. Nearly everybody looks at the first page only: that one comes from the cache as
/// finished bytes, the others from the table.
/// </summary>
internal static class ListOrders
{
    private const int LimitDefault = 40;
    private const int LimitMax = 100;
    private const string CursorPrefix = "oc";    // the last order of the page before; opaque to clients

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/orders", Handle)
        .WithName("ListOrders")
        .WithSummary("Your orders, newest first")
        .ForGuests()
        .Produces<OrderPage>()
        .Produces(StatusCodes.Status304NotModified)
        .Refuses(WebProblems.InvalidCursor);

    private static async Task<IResult> Handle(
        Person person, HttpContext http, OrderStore store, OrderPages pages, CancellationToken cancel,
        [Range(1, LimitMax)] int limit = LimitDefault, string? after = null)
    {
        var before = long.MaxValue;
        if (after is not null && !PublicId.TryParse(CursorPrefix, after, out before))
            return WebProblems.InvalidCursor;

        var page = after is null && limit == LimitDefault
            ? await FirstPage(store, pages, person.Id, cancel)
            : CachedPage.Of(await Load(store, person.Id, before, limit, cancel));

        return EntityTags.IsCurrent(http, page.Tag)
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Bytes(page.Body, "application/json; charset=utf-8");
    }

    public static Task<CachedPage> FirstPage(
        OrderStore store, OrderPages pages, long person, CancellationToken cancel) =>
        pages.Get(person, () => Load(store, person, long.MaxValue, LimitDefault, cancel));

    private static async Task<byte[]> Load(
        OrderStore store, long person, long before, int limit, CancellationToken cancel)
    {
        var (shown, page) = PageInfo.Cut(
            await store.List(person, before, limit + 1, cancel), limit,
            order => PublicId.Format(CursorPrefix, order.Id));
        return JsonSerializer.SerializeToUtf8Bytes(
            new OrderPage([.. shown.Select(order => OrderView.Of(order, withHistory: false))], page),
            OrdersJson.Default.OrderPage);
    }
}

internal sealed record OrderPage(IReadOnlyList<OrderView> Data, PageInfo Page);
