using Doorbuster.Platform.Postgres;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace Doorbuster.Catalog.Administration;

/// <summary>What holds for all prices of the shop.</summary>
internal static class EditSettings
{
    /// <param name="PricesIncludeTax">True: the tax is in the prices; false: it is added to them.</param>
    public sealed record Request(bool PricesIncludeTax);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var settings = routes.MapGroup("/api/admin/v1/catalog/settings").ForAdmin().WithTags("Catalog (administration)");
        settings.MapGet("", Get).WithName("GetCatalogSettings").WithSummary("What holds for all prices of the shop.")
            .Produces(StatusCodes.Status304NotModified);
        settings.MapPut("", Change).WithName("ChangeCatalogSettings").WithSummary("Say whether prices include tax.")
            .Refuses(Problems.VersionRequired, Problems.VersionOutdated);
    }

    private static async Task<Results<Ok<AdminViews.Settings>, StatusCodeHttpResult>> Get(
        AdminStore store, HttpContext http, CancellationToken cancel)
    {
        var settings = await store.ReadSettings(cancel);
        return Versions.IsKnown(http, settings.Version)
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(settings);
    }

    private static Task<Results<Ok<AdminViews.Settings>, Problem>> Change(
        Request request, [FromHeader(Name = "If-Match")] string? ifMatch, Person person, Editing editing, HttpContext http,
        CancellationToken cancel) => editing.Change<Ok<AdminViews.Settings>, AdminViews.Settings>(
            http, ifMatch, person, async transaction => await AdminStore.LockSettings(transaction, cancel), WebProblems.NotFound,
            settings => (ChangeLog.OfSettings, "shop", settings.Version), CatalogJson.Default.AdminSettings,
            async (transaction, before) =>
            {
                await transaction.Execute(
                    "update catalog.settings set prices_include_tax = $1, version = version + 1", cancel,
                    new NpgsqlParameter { Value = request.PricesIncludeTax });
                return new(new AdminViews.Settings(request.PricesIncludeTax, before.Version + 1));
            },
            after => TypedResults.Ok(after!), cancel);
}
