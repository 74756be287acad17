using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.FlashSales;

/// <summary>The clock that decides when a sale opens, for pages that count down.</summary>
internal static class GetTime
{
    public sealed record Response(DateTime Now, long EpochMs);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/time", Handle)
        .ForAnyone()
        .WithName("GetTime").WithTags("Sales")
        .WithSummary("The server's time; never cached.");

    private static Ok<Response> Handle(TimeProvider clock, HttpContext http)
    {
        http.Response.Headers.CacheControl = "no-store";
        var epochMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        return TypedResults.Ok(new Response(DateTimeOffset.FromUnixTimeMilliseconds(epochMs).UtcDateTime, epochMs));
    }
}
