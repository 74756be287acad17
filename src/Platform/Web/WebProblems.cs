using Microsoft.AspNetCore.Http;

namespace Doorbuster.Platform.Web;

/// <summary>The refusals that any endpoint may answer with.</summary>
public static class WebProblems
{
    public static readonly Problem InvalidRequest = new(StatusCodes.Status400BadRequest, "invalid_request",
        "The request is not valid.")
    {
        Advice = "Look at `errors`: it says for each field what is wrong with it. Unknown fields, fields given "
            + "twice and values of another type are refused, so that a misspelt field is never silently "
            + "ignored.",
    };

    /// <summary><see cref="InvalidRequest"/> where no body is taken.</summary>
    internal static Problem UnexpectedBody { get; } = Invalid("body", "must be left out");

    public static readonly Problem IdempotencyKeyMissing = new(StatusCodes.Status400BadRequest,
        "idempotency_key_missing",
        "The request needs an Idempotency-Key.")
    {
        Advice = "Send `Idempotency-Key` with a value you make up once per intent, such as a UUID, and the same "
            + "one when you try again: the request then has its effect once.",
    };

    public static readonly Problem IdempotencyKeyInvalid = new(StatusCodes.Status400BadRequest,
        "idempotency_key_invalid",
        "The Idempotency-Key is not valid.")
    {
        Advice = "Send it once, with 1 to 255 visible ASCII characters.",
    };

    public static readonly Problem IdempotencyKeyInUse = new(StatusCodes.Status409Conflict, "idempotency_key_in_use",
        "A request with this idempotency key is still running.", Retryable: true)
    {
        Advice = "Wait as long as `Retry-After` says and send the same request again: it gets the first one's answer.",
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    public static readonly Problem IdempotencyKeyReused = new(StatusCodes.Status422UnprocessableEntity,
        "idempotency_key_reused", "This idempotency key was used for another request.")
    {
        Advice = "Make a new key for every new intent, and send a key again only with exactly the same request.",
    };

    public static readonly Problem InvalidCursor = new(StatusCodes.Status400BadRequest, "invalid_cursor",
        "This is not a cursor of this list.")
    {
        Advice = "Send back `page.nextCursor` of the page before as it is, or leave `after` out for the first page.",
    };

    public static readonly Problem SignInRequired = new(StatusCodes.Status401Unauthorized, "sign_in_required",
        "You need to sign in.")
    {
        Advice = "Send `Authorization: Bearer` with the token of a session (`POST /api/v1/sessions`), or sign in "
            + "again: the session may have ended.",
    };

    public static readonly Problem Forbidden = new(StatusCodes.Status403Forbidden, "forbidden", "You may not do this.")
    {
        Advice = "The account you are signed in with lacks the right. Use an administrator's account.",
    };

    public static readonly Problem CrossSite = new(StatusCodes.Status403Forbidden, "cross_site",
        "The request came from another site.")
    {
        Advice = "A change made with the session cookie must come from our own pages, as JSON. Programs send "
            + "`Authorization: Bearer` instead of the cookie.",
    };

    public static readonly Problem NotFound = new(StatusCodes.Status404NotFound, "not_found", "There is nothing here.")
    {
        Advice = "Check the address. What belongs to somebody else is also answered this way.",
    };

    public static readonly Problem MethodNotAllowed = new(StatusCodes.Status405MethodNotAllowed, "method_not_allowed",
        "This address does not take that method.")
    {
        Advice = "The `Allow` header lists the methods that work here.",
    };

    public static readonly Problem RequestTimeout = new(StatusCodes.Status408RequestTimeout, "request_timeout",
        "The request arrived too slowly.", Retryable: true)
    {
        Advice = "Send it again, in one go.",
    };

    public static readonly Problem BodyTooLarge = new(StatusCodes.Status413PayloadTooLarge, "body_too_large",
        "The body of the request is too large.")
    {
        Advice = "A body has at most 64 KiB, unless the address says otherwise.",
    };

    public static readonly Problem UnsupportedMediaType = new(StatusCodes.Status415UnsupportedMediaType,
        "unsupported_media_type", "The body must be JSON.")
    {
        Advice = "Send `Content-Type: application/json`.",
    };

    public static readonly Problem HeadersTooLarge = new(StatusCodes.Status431RequestHeaderFieldsTooLarge,
        "headers_too_large", "The headers of the request are too large.")
    {
        Advice = "All headers together have at most 16 KiB. Clearing this site's cookies helps a browser.",
    };

    public static readonly Problem TimedOut = new(StatusCodes.Status504GatewayTimeout, "timed_out",
        "The shop did not manage to answer in time.", Retryable: true)
    {
        Advice = "Whether the request had its effect is unknown. Send it again with the same `Idempotency-Key`.",
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    public static readonly Problem Stopping = new(StatusCodes.Status503ServiceUnavailable, "stopping",
        "This part of the shop is being restarted.", Retryable: true)
    {
        Advice = "Ask again at once: another process answers.",
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    public static readonly Problem StoreAway = new(StatusCodes.Status503ServiceUnavailable, "store_away",
        "The shop cannot reach its stores at the moment.", Retryable: true)
    {
        Advice = "Wait as long as `Retry-After` says, then send the same request again, with the same "
            + "`Idempotency-Key`: it has its effect once.",
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    public static readonly Problem InternalError = new(StatusCodes.Status500InternalServerError, "internal_error",
        "Something went wrong on our side.", Retryable: true)
    {
        Advice = "It is logged under the `X-Request-Id` of the answer; name it when you report it. A request with an "
            + "`Idempotency-Key` can safely be sent again.",
    };

    /// <summary><see cref="InvalidRequest"/> with what is wrong with which of its fields.</summary>
    public static Problem Invalid(IReadOnlyDictionary<string, string[]> errors) =>
        InvalidRequest with { Errors = errors };

    /// <summary>The same for one field.</summary>
    public static Problem Invalid(string field, string what) =>
        Invalid(new Dictionary<string, string[]> { [field] = [what] });

    /// <summary>What a status without a body means; null when the status needs no explanation.</summary>
    internal static Problem? Of(int status) => status switch
    {
        StatusCodes.Status400BadRequest => InvalidRequest,
        StatusCodes.Status401Unauthorized => SignInRequired,
        StatusCodes.Status403Forbidden => Forbidden,
        StatusCodes.Status404NotFound => NotFound,
        StatusCodes.Status405MethodNotAllowed => MethodNotAllowed,
        StatusCodes.Status408RequestTimeout => RequestTimeout,
        StatusCodes.Status413PayloadTooLarge => BodyTooLarge,
        StatusCodes.Status415UnsupportedMediaType => UnsupportedMediaType,
        StatusCodes.Status431RequestHeaderFieldsTooLarge => HeadersTooLarge,
        StatusCodes.Status503ServiceUnavailable => StoreAway,
        StatusCodes.Status504GatewayTimeout => TimedOut,
        >= 500 => InternalError,
        _ => null,
    };
}
