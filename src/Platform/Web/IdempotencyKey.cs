using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Doorbuster.Platform.Web;

/// <summary>The caller's name for one intent, so that sending it again has its effect once.</summary>
public static class IdempotencyKey
{
    public const string HeaderName = "Idempotency-Key";
    public const int LengthMax = 255;

    /// <summary>
    /// Reads the header, bare or as a quoted string. Returns the refusal, or null when <paramref name="key"/> is good:
    /// 1 to 255 visible ASCII characters.
    /// </summary>
    public static Problem? TryRead(HttpContext http, out string key)
    {
        key = "";
        if (!http.Request.Headers.TryGetValue(HeaderName, out var values) || StringValues.IsNullOrEmpty(values))
            return WebProblems.IdempotencyKeyMissing;
        if (values.Count != 1 || values[0] is not { } text)
            return WebProblems.IdempotencyKeyInvalid;

        key = text is ['"', .., '"'] && text.Length > 2 ? text[1..^1] : text;
        return key.Length <= LengthMax && !key.AsSpan().ContainsAnyExceptInRange('!', '~')
            ? null
            : WebProblems.IdempotencyKeyInvalid;
    }

    extension<TBuilder>(TBuilder endpoint) where TBuilder : IEndpointConventionBuilder
    {
        /// <summary>Tells the API reference that the endpoint needs a key. The handler reads the key itself; where the
        /// effect is one transaction, <c>Idempotent</c> does all of it.</summary>
        public TBuilder TakesIdempotencyKey()
        {
            endpoint.Add(builder => builder.Metadata.Add(new IdempotencyKeyNeeded()));
            return endpoint.Refuses(
                WebProblems.IdempotencyKeyMissing, WebProblems.IdempotencyKeyInvalid, WebProblems.IdempotencyKeyReused);
        }
    }
}

/// <summary>Endpoint metadata: the request must carry a key.</summary>
internal sealed record IdempotencyKeyNeeded;
