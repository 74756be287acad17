using System.Diagnostics;
using Doorbuster.Contracts.Catalog;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.FlashSales;

/// <summary>Offer units of a variant, from now or from a time on.</summary>
internal static class CreateSale
{
    /// <param name="Price">The sale price of one unit.</param>
    /// <param name="OpensAt"><c>now</c>, <c>+60s</c>, or a time such as <c>2026-11-20T20:00:00Z</c>.</param>
    /// <param name="ClosesAt">Likewise; left out, the sale is closed by hand.</param>
    /// <param name="LimitPerPerson">Left out: no limit.</param>
    /// <param name="HoldSeconds">How long an unpaid claim holds its units, 30 to 3600; left out: 900.</param>
    public sealed record Request(
        string Sku, long Units, MoneyView Price, string OpensAt = "now", string? ClosesAt = null,
        int? LimitPerPerson = null, int? HoldSeconds = null);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/admin/v1/sales", Handle)
        .ForAdmin()
        .WithName("CreateSale").WithTags("Sales (administration)")
        .WithSummary("Offer units of a variant, from now or from a time on.")
        .TakesIdempotencyKey()
        .Refuses(Problems.UnknownVariant, WebProblems.IdempotencyKeyReused);

    private static async Task<Results<Created<SaleViews.Administered>, Problem>> Handle(
        Request request, Person person, SaleDesk desk, IClaims claims, TimeProvider clock, HttpContext http,
        CancellationToken cancel)
    {
        if (IdempotencyKey.TryRead(http, out var key) is { } badKey)
            return badKey;
        var now = clock.GetUtcNow();
        if (SaleDraft.ParseTime(request.OpensAt, now) is not { } opensAt)
            return NotATime("opensAt");
        var closesAt = request.ClosesAt is null ? null : SaleDraft.ParseTime(request.ClosesAt, now);
        if (request.ClosesAt is not null && closesAt is null)
            return NotATime("closesAt");

        var draft = new SaleDraft(
            request.Sku, request.Units, request.LimitPerPerson, new(request.Price.Amount, request.Price.Currency),
            opensAt, closesAt,
            request.HoldSeconds is { } hold ? TimeSpan.FromSeconds(hold) : SaleDraft.HoldDefault);
        switch (await desk.Create(draft, $"{person.Id}:{key}", PublicId.Format("usr", person.Id), cancel))
        {
            case Made.Sale { IsNew: false } made when !IsSame(made.Value, request):
                return WebProblems.IdempotencyKeyReused;
            case Made.Sale made:
                if (!made.IsNew)
                    http.Response.Headers["Idempotent-Replayed"] = "true";
                http.Response.Headers.ETag = EntityTags.OfVersion(made.Value.Version);
                var pool = await claims.FindPool(made.Value.Id, cancel);
                var view = SaleViews.Administer(made.Value, pool, clock.GetUtcNow());
                return TypedResults.Created($"/api/admin/v1/sales/{view.Id}", view);
            case Made.UnknownVariant:
                return Problems.UnknownVariant;
            case Made.Invalid invalid:
                return WebProblems.Invalid(invalid.Errors);
            default:
                throw new UnreachableException();
        }
    }

    internal static Problem NotATime(string field) =>
        WebProblems.Invalid(
            field, "must be \"now\", a wait such as \"+60s\", or a time such as \"2026-11-20T20:00:00Z\"");

    // What may change later may differ in a late retry; what cannot tells whether the key is used for another sale.
    private static bool IsSame(FlashSale sale, Request request) =>
        sale.Sku == request.Sku && sale.LimitPerPerson == request.LimitPerPerson
        && sale.Price == new Money(request.Price.Amount, request.Price.Currency)
        && sale.Hold.TotalSeconds == (request.HoldSeconds ?? SaleDraft.HoldDefault.TotalSeconds);
}
