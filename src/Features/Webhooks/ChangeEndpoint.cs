using System.ComponentModel.DataAnnotations;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Doorbuster.Webhooks;

/// <summary>Move, rename, disable or enable an endpoint, change what it is told, or remove it.</summary>
internal static class ChangeEndpoint
{
    public sealed record Request(
        [StringLength(1_000, MinimumLength = 1)] string? Url = null,
        [MinLength(1), MaxLength(20)] IReadOnlyList<string>? Events = null, [StringLength(200)] string? Description = null,
        bool? Enabled = null);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoints = routes.MapGroup("/api/admin/v1/webhook-endpoints/{id}").ForAdmin()
            .WithTags("Webhooks (administration)");
        endpoints.MapPatch("", Handle)
            .WithName("ChangeWebhookEndpoint")
            .WithSummary("Move, rename, disable or enable an endpoint, or change what it is told.")
            .Refuses(WebProblems.NotFound, Problems.VersionRequired, Problems.VersionOutdated, Problems.AddressRefused);
        endpoints.MapDelete("", Remove)
            .WithName("DeleteWebhookEndpoint")
            .WithSummary("Remove an endpoint, with what it was told.")
            .Refuses(WebProblems.NotFound);
    }

    private static async Task<Results<Ok<EndpointView>, Problem>> Handle(
        string id, Request request, [FromHeader(Name = "If-Match")] string? ifMatch, EndpointStore store,
        IOptions<WebhooksOptions> options, HttpContext http, CancellationToken cancel)
    {
        if (!PublicId.TryParse(WebhookEndpoint.PublicPrefix, id, out var number)
            || await store.Find(number, cancel) is not { } endpoint)
            return WebProblems.NotFound;
        if (ifMatch is null)
            return Problems.VersionRequired;
        if (ifMatch != EntityTags.OfVersion(endpoint.Version))
            return Problems.VersionOutdated;
        if (request == new Request())
            return WebProblems.Invalid("body", "must change something");

        var url = endpoint.Url;
        if (request.Url is not null && CreateEndpoint.Judge(request.Url, options.Value, out url) is { } refusal)
            return refusal;
        if (request.Events is not null && CreateEndpoint.Judge(request.Events) is { } wrong)
            return wrong;
        var isEnabled = request.Enabled ?? endpoint.IsEnabled;
        var changed = endpoint with
        {
            Url = url,
            Events = request.Events is null ? endpoint.Events : [.. request.Events.Distinct(StringComparer.Ordinal)],
            Description = request.Description ?? endpoint.Description,
            IsEnabled = isEnabled,
            DisabledBecause = isEnabled ? null : endpoint.DisabledBecause ?? WebhookEndpoint.ByAdmin,
            FailingSince = isEnabled && !endpoint.IsEnabled ? null : endpoint.FailingSince,
        };
        if (await store.Change(endpoint, changed, cancel) is not { } stored)
            return Problems.VersionOutdated;
        http.Response.Headers.ETag = EntityTags.OfVersion(stored.Version);
        return TypedResults.Ok(EndpointView.Of(stored));
    }

    private static async Task<Results<NoContent, Problem>> Remove(
        string id, EndpointStore store, CancellationToken cancel) =>
        PublicId.TryParse(WebhookEndpoint.PublicPrefix, id, out var number) && await store.Remove(number, cancel)
            ? TypedResults.NoContent()
            : WebProblems.NotFound;
}
