using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.Payments;

internal static class Problems
{
    public static readonly Problem OrderNotPayable = new(StatusCodes.Status409Conflict, "order_not_payable",
        "This order cannot be paid.")
    {
        Advice = "It is paid or cancelled, or the time to pay it is over. `GET /api/v1/orders/{id}` shows its state.",
    };

    public static readonly Problem PaidAlready = new(StatusCodes.Status409Conflict, "order_paid_already",
        "This order has been paid.")
    {
        Advice = "The payment is there; the order shows it within moments.",
    };

    public static readonly Problem ProviderAway = new(StatusCodes.Status503ServiceUnavailable, "payment_provider_away",
        "The payment provider does not answer.", Retryable: true)
    {
        Advice = "Send the same request again with the same `Idempotency-Key`: it continues, and nothing is charged "
            + "twice.",
        RetryAfter = TimeSpan.FromSeconds(2),
    };

    public static readonly Problem WebhookHeaders = new(StatusCodes.Status400BadRequest, "webhook_headers_missing",
        "The webhook's headers are missing or malformed.")
    {
        Advice = "Send `webhook-id`, `webhook-timestamp` (seconds since 1970) and `webhook-signature` as Standard "
            + "Webhooks say.",
    };

    public static readonly Problem WebhookTime = new(StatusCodes.Status400BadRequest, "webhook_time_wrong",
        "The webhook's time is too far from ours.")
    {
        Advice = "Each attempt is signed with its own time, which may be off by 300 seconds. Check the clock.",
    };

    public static readonly Problem WebhookSignature = new(StatusCodes.Status400BadRequest, "webhook_signature_wrong",
        "The webhook's signature is not ours.")
    {
        Advice = "Sign the bytes that are sent, with the current secret.",
    };

    public static readonly Problem WebhookMismatch = new(StatusCodes.Status409Conflict, "webhook_mismatch",
        "The webhook tells of another amount, currency, order or charge than was asked for.")
    {
        Advice = "Nothing was changed. Somebody has to look: the log names the payment.",
    };

    public static readonly Problem WebhookTooEarly = new(StatusCodes.Status409Conflict, "webhook_too_early",
        "The webhook came before what it follows from.", Retryable: true)
    {
        Advice = "Nothing was changed. Send it again later: webhooks may come in any order.",
    };

    public static readonly Problem ApiSecretWrong = new(StatusCodes.Status401Unauthorized, "api_secret_wrong",
        "The sandbox does not know this API secret.")
    {
        Advice = "Only the shop itself creates charges and refunds; it shows the secret as `Authorization: Bearer`.",
    };

    public static readonly Problem ChargeDecided = new(StatusCodes.Status409Conflict, "charge_decided",
        "This charge has been decided otherwise.")
    {
        Advice = "A charge is approved or declined once. Start a new payment of the order.",
    };

    public static readonly Problem RefundTooLarge = new(StatusCodes.Status409Conflict, "refund_too_large",
        "More would go back than was captured.")
    {
        Advice = "Only a captured charge can be refunded, in its own currency, and up to its amount.",
    };
}
