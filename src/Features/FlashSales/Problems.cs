using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.FlashSales;

internal static class Problems
{
    public static readonly Problem SoldOut = new(StatusCodes.Status409Conflict, "sold_out",
        "Sold out: every unit is taken.", Retryable: true)
    {
        Advice = "Units of unpaid orders come back when their time to pay has passed: `GET /api/v1/sales/{id}/state`.",
    };

    public static readonly Problem LimitReached = new(StatusCodes.Status409Conflict, "limit_reached",
        "You have as many units of this sale as one person may have.")
    {
        Advice = "Unpaid orders count too. Pay or cancel the ones you have.",
    };

    public static readonly Problem NotOpen = new(StatusCodes.Status409Conflict, "not_open",
        "The sale has not opened yet.", Retryable: true)
    {
        Advice = "Come back at `opensAt` of the sale, by the server's clock (`GET /api/v1/time`).",
    };

    public static readonly Problem Closed = new(StatusCodes.Status409Conflict, "closed", "The sale has ended.");

    public static readonly Problem Paused = new(StatusCodes.Status409Conflict, "paused",
        "The sale is paused for a while.", Retryable: true)
    {
        Advice = "What you have already got is safe. Try again in a moment.",
        RetryAfter = TimeSpan.FromSeconds(5),
    };

    public static readonly Problem ClaimReleased = new(StatusCodes.Status409Conflict, "claim_released",
        "This request had its units, and they have been released since.")
    {
        Advice = "The order was cancelled, or not paid in time. To buy again, send a new `Idempotency-Key`.",
    };

    public static readonly Problem VersionRequired = new(StatusCodes.Status428PreconditionRequired, "version_required",
        "Say which version of the sale you want to change.")
    {
        Advice = "Send `If-Match` with the `ETag` of `GET /api/admin/v1/sales/{id}`.",
    };

    public static readonly Problem VersionOutdated = new(StatusCodes.Status412PreconditionFailed, "version_outdated",
        "The sale has changed since you read it.")
    {
        Advice = "Read it again, decide again, and send the new `ETag` as `If-Match`.",
    };

    public static readonly Problem SaleEnded = new(StatusCodes.Status409Conflict, "sale_ended",
        "The sale was closed, for good.")
    {
        Advice = "Make a new sale.",
    };

    public static readonly Problem UnitsTaken = new(StatusCodes.Status409Conflict, "units_taken",
        "More units are taken already than the sale would have.");

    public static readonly Problem UnknownVariant = new(StatusCodes.Status422UnprocessableEntity, "unknown_variant",
        "There is no variant with this SKU.");

    public static readonly Problem TooManyWatchers = new(StatusCodes.Status503ServiceUnavailable, "too_many_watchers",
        "Too many people are watching at the moment.", Retryable: true)
    {
        Advice = "Ask without `Prefer: wait`, every few seconds.",
        RetryAfter = TimeSpan.FromSeconds(5),
    };

    public static readonly Problem UpgradeRequired = new(StatusCodes.Status426UpgradeRequired, "upgrade_required",
        "This address is for WebSockets.")
    {
        Advice = "Open it as a WebSocket, or take the same events from `…/events`.",
    };
}
