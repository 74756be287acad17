using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Doorbuster.SignIn;

/// <summary>Is there something to earn now?</summary>
internal static class GetToday
{
    /// <param name="Streak">Dates in a row up to today, or to yesterday when today is still open.</param>
    /// <param name="Points">What today earned, or would earn.</param>
    public sealed record Response(
        DateOnly Day, string TimeZone, bool IsSignedIn, int Streak, int Points, DateTimeOffset NextAt);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/me/sign-ins", Handle).ForPerson()
        .WithName("GetSignInToday").WithSummary("Whether you signed in today, and what it earns");

    private static async Task<Ok<Response>> Handle(
        Person person, HttpContext http, PersonZones zones, DayStore days, IOptions<SignInOptions> options,
        TimeProvider clock, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var zone = await zones.Of(person.Id, now, cancel);
        var today = LocalDays.Of(now, zone);
        var signed = await days.List(person.Id, today.AddDays(-1), today, cancel);    // the newest first
        var isSignedIn = signed is [{ Day: var last }, ..] && last == today;
        var streak = signed.FirstOrDefault()?.Streak ?? 0;
        http.Response.Headers.CacheControl = "private, no-store";
        return TypedResults.Ok(new Response(
            today, zone.Id, isSignedIn, streak, isSignedIn ? signed[0].Points : options.Value.RewardOf(streak + 1),
            LocalDays.EndOf(today, zone)));
    }
}
