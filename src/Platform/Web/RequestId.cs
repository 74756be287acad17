using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.Platform.Web;

/// <summary>
/// Names one request in its answer and in the log: the trace id where the request is traced, else a number of our own
/// in the same form, which costs one string and no activity.
/// </summary>
public static class RequestId
{
    internal const string HeaderName = "X-Request-Id";

    private static readonly ulong Process = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));
    private static ulong _last = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));

    /// <summary>The id that the answer carries.</summary>
    public static string Of(HttpContext http) =>
        http.Response.Headers.TryGetValue(HeaderName, out var id) && id.Count == 1
            ? id.ToString()
            : http.TraceIdentifier;

    internal static string Next() => Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity
        ? activity.TraceId.ToHexString()
        : string.Create(32, Interlocked.Increment(ref _last), static (text, number) =>
        {
            WriteHex(text[..16], Process);
            WriteHex(text[16..], number);
        });

    private static void WriteHex(Span<char> text, ulong value)
    {
        for (var i = text.Length - 1; i >= 0; i--, value >>= 4)
            text[i] = "0123456789abcdef"[(int)(value & 15)];
    }
}
