using System.Globalization;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.SignIn;

/// <summary>The calendar of one month.</summary>
internal static class GetMonth
{
    /// <param name="Days">Days of the month, ascending.</param>
    public sealed record Response(string Month, IReadOnlyList<int> Days);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/me/sign-ins/{month}", Handle).ForPerson()
        .WithName("GetSignInMonth").WithSummary("On which days of a month you signed in")
        .WithDescription("`month` is written `2026-11`.")
        .Refuses(WebProblems.InvalidRequest);

    private static async Task<Results<Ok<Response>, Problem>> Handle(
        string month, Person person, HttpContext http, Calendar calendar, CancellationToken cancel)
    {
        if (month.Length != 7
            || !DateOnly.TryParseExact(
                month + "-01", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var first)
            || first.Year is < 2000 or > 2999)
            return WebProblems.Invalid("month", "must be a month such as 2026-11");
        http.Response.Headers.CacheControl = "private, no-store";
        return TypedResults.Ok(new Response(month, await calendar.Read(person.Id, first, cancel)));
    }
}
