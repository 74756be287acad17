using System.Security.Cryptography;
using Doorbuster.Storefront.Api;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.Storefront.Rendering;

/// <summary>What forms have in common.</summary>
internal static class Intent
{
    /// <summary>One button, one intent, one key: it is in the form, so a repeated click is the same request.</summary>
    public const string KeyField = "key";

    public static string NewKey() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    public static string Key(this PageRequest request) => request.Field(KeyField);

    /// <summary>The key of the form that was sent; a new one for whoever wrote the form himself.</summary>
    public static string SentKey(this PageRequest request) => request.Text(KeyField) ?? NewKey();

    /// <summary>For the cursor of a list: the part of the API's query.</summary>
    public static string After(this PageRequest request) =>
        request.Query("after") is { } cursor ? $"&after={Uri.EscapeDataString(cursor)}" : "";

    /// <summary>What a form answers with when it shows itself again: a browser must not take a refusal for a success.</summary>
    public static int FormStatus(this ApiRefusal refusal) =>
        refusal.Status is StatusCodes.Status400BadRequest or StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden
            ? StatusCodes.Status422UnprocessableEntity : refusal.Status;

    /// <summary>No field of the form is to blame.</summary>
    public static bool IsHopeless(this ApiRefusal refusal) =>
        refusal.Status is StatusCodes.Status401Unauthorized or StatusCodes.Status404NotFound or >= 500
        || refusal.Code.StartsWith("idempotency_key", StringComparison.Ordinal);
}
