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
        return key.Length <= LengthMax && !key.AsSpan().ContainsAnyExceptInRange('!', '~') ? null : WebProblems.IdempotencyKeyInvalid;
    }
}
