using Doorbuster.Contracts.Accounts;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Accounts;

/// <summary>Shop without an account: a token of one's own, as a bearer token and as a cookie, and nothing stored.</summary>
internal static class BecomeGuest
{
    public sealed record Response(string Token, DateTimeOffset ExpiresAt, string Id);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/v1/guests", Handle).WithName("BecomeGuest").WithSummary("Shop without an account").ForAnyone()
        .WithDescription("The token works where guests may come: the cart, the checkout, one's own orders and their payment.")
        .Refuses(Problems.TooManyAttempts, WebProblems.CrossSite);

    private static async Task<Results<Created<Response>, Problem>> Handle(
        HttpContext http, ISessions sessions, GuestLimits limits, CancellationToken cancel)
    {
        // The cookie takes the place of one that is there: another site must not sign anybody out by it.
        if (http.Request.Headers["Sec-Fetch-Site"] is ["cross-site" or "same-site"])
            return WebProblems.CrossSite;
        if (limits.Begin(http.Connection.RemoteIpAddress) is { } wait)
            return Problems.TooManyAttempts.With(retryAfter: wait);

        var guest = await sessions.NewGuest(cancel);
        Credentials.SetCookie(http, guest.Token, guest.ExpiresAt);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Created(
            "/api/v1/cart", new Response(guest.Token, guest.ExpiresAt, PublicId.Format(Account.IdPrefix, guest.Person)));
    }
}
