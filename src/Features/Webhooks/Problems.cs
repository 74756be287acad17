using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.Webhooks;

internal static class Problems
{
    public static readonly Problem AddressRefused = new(StatusCodes.Status400BadRequest, "webhook_address_refused",
        "Webhooks are not sent to this address.")
    {
        Advice = "`url` must be an https address on the internet, without a user name or a fragment. Addresses in the "
            + "shop's own network and http are taken only where the operator allows them (`Webhooks:AllowPrivate`).",
    };

    public static readonly Problem TooMany = new(StatusCodes.Status409Conflict, "too_many_webhook_endpoints",
        "There are as many endpoints as there may be.")
    {
        Advice = "Delete one that is not needed any more.",
    };

    public static readonly Problem Disabled = new(StatusCodes.Status409Conflict, "webhook_endpoint_disabled",
        "The endpoint is disabled.")
    {
        Advice = "Enable it first: `PATCH` with `\"enabled\": true`.",
    };

    public static readonly Problem VersionRequired = new(StatusCodes.Status428PreconditionRequired,
        "webhook_version_required", "Say which version of the endpoint you want to change.")
    {
        Advice = "Send the `ETag` you read as `If-Match`.",
    };

    public static readonly Problem VersionOutdated = new(StatusCodes.Status412PreconditionFailed,
        "webhook_version_outdated", "The endpoint has changed since you read it.")
    {
        Advice = "Read it again, and decide again.",
    };
}
