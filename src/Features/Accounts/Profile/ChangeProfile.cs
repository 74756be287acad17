using System.ComponentModel.DataAnnotations;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Accounts;

/// <summary>Change what one is called and whose midnight counts. The same again changes nothing more, so it needs no key.</summary>
internal static class ChangeProfile
{
    /// <param name="DisplayName">Left out: stays.</param>
    /// <param name="TimeZone">IANA name, e.g. <c>Europe/Berlin</c>; empty: the shop's; left out: stays.</param>
    public sealed record Request(
        [StringLength(80, MinimumLength = 1), RegularExpression(Account.NameShape, ErrorMessage = Account.NameAdvice)]
        string? DisplayName = null,
        [StringLength(64)] string? TimeZone = null);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPatch("/api/v1/me", Handle).ForPerson()
        .WithName("ChangeProfile").WithSummary("Change your name or time zone")
        .WithDescription("With `If-Match`, only when your profile is still what you read.")
        .Refuses(Problems.ProfileOutdated);

    private static async Task<Results<Ok<GetMe.Response>, Problem>> Handle(
        Request request, [FromHeader(Name = "If-Match")] string? ifMatch, Person person, HttpContext http,
        AccountStore store, CancellationToken cancel)
    {
        if (request is { DisplayName: null, TimeZone: null })
            return WebProblems.Invalid("body", "must change something");
        if (request.TimeZone is { Length: > 0 } zone && !TimeZones.Has(zone))
            return WebProblems.Invalid(
                "timeZone", "must be the name of a time zone in the IANA database, e.g. Europe/Berlin");
        if (!Versions.TryRead(ifMatch, out var version)
            || await store.ChangeProfile(person.Id, request.DisplayName?.Trim(), request.TimeZone, version, cancel) is not { } me)
            return Problems.ProfileOutdated;
        http.Response.Headers.ETag = EntityTags.OfVersion(me.Version);
        return TypedResults.Ok(GetMe.Response.Of(me));
    }
}
