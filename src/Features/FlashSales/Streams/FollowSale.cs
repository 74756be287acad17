using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.FlashSales;

/// <summary>What becomes of a sale, as it happens: the state document again whenever it says something else.</summary>
internal sealed class FollowSale(KnownSales sales, SaleBoard board)
{
    public sealed record Message(string Event, string Id, GetSaleState.Response Data);

    public static void Map(IEndpointRouteBuilder routes) => FeedEndpoints.Map(
        routes, "/api/v1/sales/{id}", Access.Anyone, "FollowSale",
        "The state of a sale as server-sent events, whenever it changes, until it has ended.", typeof(Message),
        ActivatorUtilities.CreateInstance<FollowSale>(routes.ServiceProvider).Open);

    private async Task<(IEventFeed? Feed, Problem Refusal)> Open(HttpContext http) =>
        PublicId.TryParse(FlashSale.PublicPrefix, http.Request.RouteValues["id"] as string, out var id)
        && await sales.Find(id, http.RequestAborted) is { } sale
            ? (await board.Watch(sale), Problems.TooManyWatchers)
            : (null, WebProblems.NotFound);
}
