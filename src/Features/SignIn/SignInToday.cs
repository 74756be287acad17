using System.Diagnostics;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.SignIn;

/// <summary>Come by once a day, and earn points.</summary>
internal static class SignInToday
{
    /// <param name="Day">The date as the person's calendar says.</param>
    /// <param name="Streak">Dates in a row up to this one.</param>
    /// <param name="Points">Earned by it.</param>
    /// <param name="NextAt">When the next one begins.</param>
    public sealed record Response(DateOnly Day, int Streak, int Points, DateTimeOffset NextAt);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/v1/me/sign-ins", Handle).ForPerson()
        .WithName("SignInToday").WithSummary("Sign in for today's points")
        .WithDescription("Once per date of your time zone; a zone you change to counts from your next midnight on.")
        .TakesIdempotencyKey()
        .Refuses(Problems.AlreadySignedIn, Problems.NotSettled);

    private static async Task<Results<Created<Response>, Problem>> Handle(
        Person person, HttpContext http, SignInDesk desk, CancellationToken cancel)
    {
        if (IdempotencyKey.TryRead(http, out var key) is { } refusal)
            return refusal;
        http.Response.Headers.CacheControl = "no-store";
        switch (await desk.SignIn(person.Id, key, cancel))
        {
            case SigningIn.Done done:
                if (done.IsReplay)
                    http.Response.Headers["Idempotent-Replayed"] = "true";
                return TypedResults.Created(
                    $"/api/v1/me/sign-ins/{done.Day.Day:yyyy-MM}",
                    new Response(done.Day.Day, done.Day.Streak, done.Day.Points, done.NextAt));
            case SigningIn.AlreadyDone already:
                return Problems.AlreadySignedIn.With(
                    extensions: [("day", $"{already.Day:yyyy-MM-dd}"), ("nextAt", already.NextAt)]);
            case SigningIn.Unsettled:
                return Problems.NotSettled;
            default:
                throw new UnreachableException();
        }
    }
}
