using System.Diagnostics;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Coupons;

/// <summary>Reschedule, pause, resume, close, change how many. What a coupon takes off never changes.</summary>
internal static class ChangeTemplate
{
    /// <param name="State"><c>open</c>, <c>paused</c> or <c>closed</c> (for good; claimed coupons stay good).</param>
    /// <param name="Total">How many there are, not less than are claimed.</param>
    public sealed record Request(
        string? Title = null, string? State = null, long? Total = null, DateTimeOffset? OpensAt = null,
        DateTimeOffset? ClosesAt = null, DateTimeOffset? UsableUntil = null);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPatch("/api/admin/v1/coupon-templates/{id}", Handle)
        .ForAdmin()
        .WithName("ChangeCouponTemplate").WithTags("Coupons (administration)")
        .WithSummary("Reschedule, pause, resume or close coupons, or change how many there are.")
        .Refuses(
            WebProblems.NotFound, Problems.VersionRequired, Problems.VersionOutdated, Problems.TemplateClosed,
            Problems.AlreadyClaimed);

    private static async Task<Results<Ok<CouponViews.Administered>, Problem>> Handle(
        string id, Request request, [FromHeader(Name = "If-Match")] string? ifMatch, Person person, TemplateDesk desk,
        IClaims claims, HttpContext http, CancellationToken cancel)
    {
        if (!PublicId.TryParse(CouponTemplate.PublicPrefix, id, out var number))
            return WebProblems.NotFound;
        if (ifMatch is null)
            return Problems.VersionRequired;
        if (EntityTags.ReadVersion<int>(ifMatch) is not { } version)
            return Problems.VersionOutdated;
        PoolState? state = request.State switch
        {
            "open" => PoolState.Open,
            "paused" => PoolState.Paused,
            "closed" => PoolState.Closed,
            _ => null,
        };
        if (request.State is not null && state is null)
            return WebProblems.Invalid("state", "must be \"open\", \"paused\" or \"closed\"");
        var change = new TemplateChange
        {
            Title = request.Title,
            State = state,
            Total = request.Total,
            OpensAt = request.OpensAt?.ToUniversalTime(),
            ClosesAt = request.ClosesAt?.ToUniversalTime(),
            UsableUntil = request.UsableUntil?.ToUniversalTime(),
        };
        if (change == new TemplateChange())
            return WebProblems.Invalid("body", "must change something");

        switch (await desk.Change(number, version, change, PublicId.Format("usr", person.Id), cancel))
        {
            case Changed.Template { Value: var template }:
                http.Response.Headers.ETag = EntityTags.OfVersion(template.Version);
                return TypedResults.Ok(
                    CouponViews.Administer(template, await claims.FindPool(number, cancel)));
            case Changed.Unknown: return WebProblems.NotFound;
            case Changed.Outdated: return Problems.VersionOutdated;
            case Changed.IsClosed: return Problems.TemplateClosed;
            case Changed.Taken: return Problems.AlreadyClaimed;
            case Changed.Invalid invalid: return WebProblems.Invalid(invalid.Errors);
            default: throw new UnreachableException();
        }
    }
}
