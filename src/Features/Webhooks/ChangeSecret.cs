using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Webhooks;

/// <summary>
/// A new secret. For a day what is sent carries two signatures, by the new one and by the old one, so that the merchant
/// can change over without losing anything.
/// </summary>
internal static class ChangeSecret
{
    private static readonly TimeSpan Overlap = TimeSpan.FromHours(24);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/admin/v1/webhook-endpoints/{id}/secret", Handle)
        .ForAdmin()
        .WithName("ChangeWebhookSecret").WithTags("Webhooks (administration)")
        .WithSummary("Make a new secret, shown this once. The old one signs too for a day.")
        .Idempotent(WebhooksFeature.SchemaName)
        .Refuses(WebProblems.NotFound);

    private static async Task<Results<Ok<SecretView>, Problem>> Handle(
        string id, IdempotentRequest idempotent, EndpointStore store, TimeProvider clock, CancellationToken cancel)
    {
        var until = clock.GetUtcNow() + Overlap;
        var secret = WebhookSignature.NewSecret();
        if (!PublicId.TryParse(WebhookEndpoint.PublicPrefix, id, out var number)
            || !await EndpointStore.ChangeSecret(idempotent.Transaction, number, secret, until, cancel))
            return WebProblems.NotFound;
        store.Forget();
        return TypedResults.Ok(new SecretView(secret, until.UtcDateTime));
    }
}
