using System.ComponentModel.DataAnnotations;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Webhooks;

/// <summary>Endpoints, what they were told, and how they answered.</summary>
internal static class ReadEndpoints
{
    private const int LimitDefault = 40;
    private const int LimitMax = 100;
    private const int AttemptsMax = 100;
    private const string EndpointCursor = "wec";
    private const string DeliveryCursor = "wdc";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var admin = routes.MapGroup("/api/admin/v1").ForAdmin().WithTags("Webhooks (administration)");
        admin.MapGet("webhook-endpoints", List).WithName("ListWebhookEndpoints")
            .WithSummary("All endpoints, oldest first.").Refuses(WebProblems.InvalidCursor);
        admin.MapGet("webhook-endpoints/{id}", Get).WithName("GetWebhookEndpoint")
            .WithSummary("An endpoint with its version, which a change must name.").Refuses(WebProblems.NotFound);
        admin.MapGet("webhook-endpoints/{id}/deliveries", Deliveries).WithName("ListWebhookDeliveries")
            .WithSummary("What the endpoint was told or is to be told, newest first.")
            .Refuses(WebProblems.NotFound, WebProblems.InvalidCursor);
        admin.MapGet("webhook-deliveries/{id}", Delivery).WithName("GetWebhookDelivery")
            .WithSummary("A delivery: its body, and every attempt with its answer.").Refuses(WebProblems.NotFound);
    }

    private static async Task<Results<Ok<EndpointPage>, Problem>> List(
        EndpointStore store, CancellationToken cancel, [Range(1, LimitMax)] int limit = LimitDefault,
        string? after = null)
    {
        var last = 0L;
        if (after is not null && !PublicId.TryParse(EndpointCursor, after, out last))
            return WebProblems.InvalidCursor;
        var (shown, page) = PageInfo.Cut(
            await store.List(last, limit + 1, cancel), limit, endpoint => PublicId.Format(EndpointCursor, endpoint.Id));
        return TypedResults.Ok(new EndpointPage([.. shown.Select(EndpointView.Of)], page));
    }

    private static async Task<Results<Ok<EndpointView>, Problem>> Get(
        string id, EndpointStore store, HttpContext http, CancellationToken cancel)
    {
        if (!PublicId.TryParse(WebhookEndpoint.PublicPrefix, id, out var number)
            || await store.Find(number, cancel) is not { } endpoint)
            return WebProblems.NotFound;
        http.Response.Headers.ETag = EntityTags.OfVersion(endpoint.Version);
        http.Response.Headers.CacheControl = "private, no-cache";
        return TypedResults.Ok(EndpointView.Of(endpoint));
    }

    private static async Task<Results<Ok<DeliveryPage>, Problem>> Deliveries(
        string id, EndpointStore endpoints, DeliveryStore store, CancellationToken cancel,
        [RegularExpression("^(waiting|delivered|given_up)$")] string? state = null,
        [Range(1, LimitMax)] int limit = LimitDefault, string? after = null)
    {
        if (!PublicId.TryParse(WebhookEndpoint.PublicPrefix, id, out var number)
            || await endpoints.Find(number, cancel) is null)
            return WebProblems.NotFound;
        var before = long.MaxValue;
        if (after is not null && !PublicId.TryParse(DeliveryCursor, after, out before))
            return WebProblems.InvalidCursor;
        var found = await store.List(
            number, state is null ? null : DeliveryView.StateNamed(state), before, limit + 1, cancel);
        var (shown, page) = PageInfo.Cut(found, limit, delivery => PublicId.Format(DeliveryCursor, delivery.Id));
        return TypedResults.Ok(new DeliveryPage([.. shown.Select(DeliveryView.Of)], page));
    }

    private static async Task<Results<Ok<DeliveryDetail>, Problem>> Delivery(
        string id, DeliveryStore store, CancellationToken cancel)
    {
        if (!PublicId.TryParse(Webhooks.Delivery.PublicPrefix, id, out var number)
            || await store.Find(number, cancel) is not { } delivery)
            return WebProblems.NotFound;
        var (attempts, body) = await store.Attempts(number, AttemptsMax, cancel);
        return TypedResults.Ok(
            new DeliveryDetail(DeliveryView.Of(delivery), body, [.. attempts.Select(AttemptView.Of)]));
    }
}
