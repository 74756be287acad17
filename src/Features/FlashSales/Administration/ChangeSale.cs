using System.Diagnostics;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.FlashSales;

/// <summary>Reschedule, pause, resume, close, add units.</summary>
internal static class ChangeSale
{
    private const string Never = "never";

    /// <param name="State"><c>open</c>, <c>paused</c> or <c>closed</c> (for good).</param>
    /// <param name="Units">All units of the sale, not less than are taken.</param>
    /// <param name="ClosesAt"><c>never</c> takes the end away: the sale is closed by hand.</param>
    public sealed record Request(
        string? State = null, long? Units = null, string? OpensAt = null, string? ClosesAt = null);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPatch("/api/admin/v1/sales/{id}", Handle)
        .ForAdmin()
        .WithName("ChangeSale").WithTags("Sales (administration)")
        .WithSummary("Reschedule, pause, resume or close a sale, or change its units.")
        .WithDescription("What is left out stays as it is; `closesAt` `never` takes the end away, so that the sale is closed by hand.")
        .Refuses(
            WebProblems.NotFound, Problems.VersionRequired, Problems.VersionOutdated, Problems.SaleEnded,
            Problems.UnitsTaken);

    private static async Task<Results<Ok<SaleViews.Administered>, Problem>> Handle(
        string id, Request request, [FromHeader(Name = "If-Match")] string? ifMatch, Person person, SaleDesk desk,
        KnownSales known, IClaims claims, TimeProvider clock, HttpContext http, CancellationToken cancel)
    {
        if (!PublicId.TryParse(FlashSale.PublicPrefix, id, out var number))
            return WebProblems.NotFound;
        if (ifMatch is null)
            return Problems.VersionRequired;
        if (EntityTags.ReadVersion<int>(ifMatch) is not { } version)
            return Problems.VersionOutdated;
        if (Read(request, clock.GetUtcNow(), out var change) is { } problem)
            return problem;

        var changed = await desk.Change(number, version, change, PublicId.Format("usr", person.Id), cancel);
        known.Forget(number);
        switch (changed)
        {
            case Changed.Sale { Value: var sale }:
                http.Response.Headers.ETag = EntityTags.OfVersion(sale.Version);
                var pool = await claims.FindPool(number, cancel);
                return TypedResults.Ok(SaleViews.Administer(sale, pool, clock.GetUtcNow()));
            case Changed.Unknown: return WebProblems.NotFound;
            case Changed.Outdated: return Problems.VersionOutdated;
            case Changed.HasEnded: return Problems.SaleEnded;
            case Changed.UnitsTaken: return Problems.UnitsTaken;
            case Changed.Invalid invalid: return WebProblems.Invalid(invalid.Errors);
            default: throw new UnreachableException();
        }
    }

    private static Problem? Read(Request request, DateTimeOffset now, out SaleChange change)
    {
        change = new SaleChange { Units = request.Units };
        if (request.State is not null)
        {
            PoolState? state = request.State switch
            {
                "open" => PoolState.Open,
                "paused" => PoolState.Paused,
                "closed" => PoolState.Closed,
                _ => null,
            };
            if (state is null)
                return WebProblems.Invalid("state", "must be \"open\", \"paused\" or \"closed\"");
            change = change with { State = state };
        }
        if (request.OpensAt is not null)
        {
            if (SaleDraft.ParseTime(request.OpensAt, now) is not { } opensAt)
                return CreateSale.NotATime("opensAt");
            change = change with { OpensAt = opensAt };
        }
        if (request.ClosesAt == Never)
        {
            change = change with { IsWithoutEnd = true };
        }
        else if (request.ClosesAt is not null)
        {
            if (SaleDraft.ParseTime(request.ClosesAt, now) is not { } closesAt)
                return CreateSale.NotATime("closesAt");
            change = change with { ClosesAt = closesAt };
        }
        return change == new SaleChange() ? WebProblems.Invalid("body", "must change something") : null;
    }
}
