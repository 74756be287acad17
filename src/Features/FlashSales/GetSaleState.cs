using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;

namespace Doorbuster.FlashSales;

/// <summary>What a sale's page asks for every second or two: the same few bytes for everybody, from memory.</summary>
internal sealed class GetSaleState(SaleStates states)
{
    private static readonly StringValues JsonType = "application/json; charset=utf-8";
    private static readonly StringValues OneSecond = "public, max-age=1, s-maxage=1";

    /// <summary>How the answer is described; it is written by hand.</summary>
    public sealed record Response(
        string Id, string Phase, DateTime OpensAt, DateTime? ClosesAt, DateTime ServerNow,
        string StockBand, int? LimitPerPerson, int? PollAfterMs, int Version, SoldOutResponse? SoldOut);

    /// <param name="AfterS">How long all units lasted.</param>
    /// <param name="UnpaidUntil">Until then units that were not paid for may return.</param>
    public sealed record SoldOutResponse(long Units, int AfterS, DateTime UnpaidUntil);

    public static void Map(IEndpointRouteBuilder routes)
    {
        // One instance, taken here: to ask for services per request would cost more than the answer.
        var handler = ActivatorUtilities.CreateInstance<GetSaleState>(routes.ServiceProvider);
        routes.MapGet("/api/v1/sales/{id}/state", handler.Handle)
            .ForAnyone().BoundsItsWaits()
            .WithName("GetSaleState").WithTags("Sales")
            .WithSummary("The phase and stock of a sale, cacheable for one second.")
            .Describes(Described)
            .Answers(StatusCodes.Status200OK, typeof(Response))
            .Answers(StatusCodes.Status304NotModified)
            .Refuses(WebProblems.NotFound);
    }

    public Task Handle(HttpContext http)
    {
        var finding = states.Find(http.Request.RouteValues["id"] as string);
        return finding.IsCompletedSuccessfully ? Answer(http, finding.Result) : AnswerLater(http, finding);
    }

    private static async Task AnswerLater(HttpContext http, ValueTask<StateDocument?> finding) =>
        await Answer(http, await finding);

    private static Task Answer(HttpContext http, StateDocument? document)
    {
        if (document is null)
            return WebProblems.NotFound.ExecuteAsync(http);

        var headers = http.Response.Headers;
        headers.CacheControl = OneSecond;
        headers.ETag = document.Etag;
        if (EntityTags.Matches(http.Request.Headers.IfNoneMatch, document.Etag))
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        headers.ContentType = JsonType;
        http.Response.ContentLength = document.Body.Length;
        var writing = http.Response.BodyWriter.WriteAsync(document.Body);
        return writing.IsCompletedSuccessfully ? Task.CompletedTask : writing.AsTask();
    }

    private static void Described(string id) => _ = id;
}
