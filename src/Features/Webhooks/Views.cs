using Doorbuster.Platform;
using Doorbuster.Platform.Web;

namespace Doorbuster.Webhooks;

/// <param name="DisabledBecause"><c>by_admin</c>, <c>failing</c> or <c>gone</c>; null while it is enabled.</param>
/// <param name="FailingSince">The first failure since the last success; null while it takes what it is told.</param>
internal sealed record EndpointView(
    string Id, string Url, string Description, IReadOnlyList<string> Events, bool Enabled, string? DisabledBecause,
    DateTime? FailingSince, int Version, DateTime CreatedAt)
{
    public static EndpointView Of(WebhookEndpoint endpoint) => new(
        PublicId.Format(WebhookEndpoint.PublicPrefix, endpoint.Id), endpoint.Url.AbsoluteUri, endpoint.Description,
        endpoint.Events, endpoint.IsEnabled, endpoint.DisabledBecause, endpoint.FailingSince?.UtcDateTime,
        endpoint.Version, endpoint.MadeAt.UtcDateTime);
}

/// <param name="Secret">Shown this once: what is sent is signed with it.</param>
internal sealed record EndpointWithSecret(EndpointView Endpoint, string Secret);

/// <param name="Secret">Shown this once.</param>
/// <param name="OldSecretUntil">Until then what is sent is signed with the old one too.</param>
internal sealed record SecretView(string Secret, DateTime OldSecretUntil);

internal sealed record EndpointPage(IReadOnlyList<EndpointView> Data, PageInfo Page);

/// <param name="WebhookId">As in the header <c>webhook-id</c>.</param>
/// <param name="State"><c>waiting</c>, <c>delivered</c> or <c>given_up</c>.</param>
/// <param name="NextAttemptAt">Null when it is over.</param>
internal sealed record DeliveryView(
    string Id, string EndpointId, string WebhookId, string Type, string State, int Attempts, DateTime? NextAttemptAt,
    DateTime CreatedAt, DateTime? EndedAt)
{
    public static DeliveryView Of(Delivery delivery) => new(
        PublicId.Format(Delivery.PublicPrefix, delivery.Id),
        PublicId.Format(WebhookEndpoint.PublicPrefix, delivery.Endpoint),
        PublicId.Format(WebhookMessage.PublicPrefix, delivery.Message), delivery.Type, NameOf(delivery.State),
        delivery.Attempts, delivery.DueAt?.UtcDateTime, delivery.MadeAt.UtcDateTime, delivery.EndedAt?.UtcDateTime);

    public static string NameOf(DeliveryState state) => state switch
    {
        DeliveryState.Delivered => "delivered",
        DeliveryState.GivenUp => "given_up",
        _ => "waiting",
    };

    public static DeliveryState? StateNamed(string name) => name switch
    {
        "waiting" => DeliveryState.Waiting,
        "delivered" => DeliveryState.Delivered,
        "given_up" => DeliveryState.GivenUp,
        _ => null,
    };
}

internal sealed record DeliveryPage(IReadOnlyList<DeliveryView> Data, PageInfo Page);

/// <param name="Body">The characters that are signed and sent.</param>
/// <param name="Tries">The latest attempts, oldest first.</param>
internal sealed record DeliveryDetail(DeliveryView Delivery, string Body, IReadOnlyList<AttemptView> Tries);

/// <param name="Status">Null when there was no answer.</param>
/// <param name="Answer">How it begins, or why there was none.</param>
internal sealed record AttemptView(DateTime At, int TookMs, int? Status, string Answer)
{
    public static AttemptView Of(Attempt attempt) =>
        new(attempt.At.UtcDateTime, attempt.TookMs, attempt.Status, attempt.Answer);
}

internal sealed record ReplayedView(int Replayed);

internal sealed record TestedView(string WebhookId);
