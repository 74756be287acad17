using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Webhooks;

/// <summary>Tell an endpoint again what it missed, under the same ids; or try whether it listens at all.</summary>
internal static class Replay
{
    /// <param name="Since">What happened from then on.</param>
    /// <param name="All">Also what was delivered; else only what was given up or missed while disabled.</param>
    public sealed record Request(DateTimeOffset Since, bool All = false);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var admin = routes.MapGroup("/api/admin/v1").ForAdmin().WithTags("Webhooks (administration)");
        admin.MapPost("webhook-endpoints/{id}/replay", Since).WithName("ReplayWebhooks")
            .WithSummary("Tell an endpoint again what happened since a time.")
            .Idempotent(WebhooksFeature.SchemaName).Refuses(WebProblems.NotFound, Problems.Disabled);
        admin.MapPost("webhook-deliveries/{id}/replay", One).WithName("ReplayWebhookDelivery")
            .WithSummary("Tell an endpoint one thing again, whatever became of it.")
            .Idempotent(WebhooksFeature.SchemaName).Refuses(WebProblems.NotFound);
        admin.MapPost("webhook-endpoints/{id}/test", Test).WithName("TestWebhookEndpoint")
            .WithSummary("Send the endpoint a webhook of type webhook.test.")
            .Idempotent(WebhooksFeature.SchemaName).Refuses(WebProblems.NotFound, Problems.Disabled);
    }

    private static async Task<Results<Ok<ReplayedView>, Problem>> Since(
        string id, Request request, IdempotentRequest idempotent, EndpointStore endpoints, TimeProvider clock,
        CancellationToken cancel)
    {
        if (!PublicId.TryParse(WebhookEndpoint.PublicPrefix, id, out var number)
            || await endpoints.Find(number, cancel) is not { } endpoint)
            return WebProblems.NotFound;
        if (!endpoint.IsEnabled)
            return Problems.Disabled;
        return TypedResults.Ok(new ReplayedView(await DeliveryStore.ReplaySince(
            idempotent.Transaction, endpoint, request.Since, request.All, clock.GetUtcNow(), cancel)));
    }

    private static async Task<Results<Ok<ReplayedView>, Problem>> One(
        string id, IdempotentRequest idempotent, TimeProvider clock, CancellationToken cancel) =>
        PublicId.TryParse(Delivery.PublicPrefix, id, out var number)
        && await DeliveryStore.Replay(idempotent.Transaction, number, clock.GetUtcNow(), cancel)
            ? TypedResults.Ok(new ReplayedView(1))
            : WebProblems.NotFound;

    private static async Task<Results<Ok<TestedView>, Problem>> Test(
        string id, IdempotentRequest idempotent, EndpointStore endpoints, FileWebhooks webhooks, TimeProvider clock,
        CancellationToken cancel)
    {
        if (!PublicId.TryParse(WebhookEndpoint.PublicPrefix, id, out var number)
            || await endpoints.Find(number, cancel) is not { } endpoint)
            return WebProblems.NotFound;
        if (!endpoint.IsEnabled)
            return Problems.Disabled;
        var message = await webhooks.FileTest(idempotent.Transaction, endpoint, clock.GetUtcNow(), cancel);
        return TypedResults.Ok(new TestedView(PublicId.Format(WebhookMessage.PublicPrefix, message)));
    }
}
