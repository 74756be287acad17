using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Doorbuster.Platform.Web.Pages;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.Storefront.Api;

/// <summary>
/// The shop's API as pages use it (decision 18): in the name of whoever asked for the page, or of nobody for pages that
/// everybody gets alike. What it answers is a value or a refusal.
/// </summary>
/// <param name="cookie">Instead of the caller's own cookies; then he keeps none of the answer either.</param>
public sealed class ShopApi(LocalApi api, HttpContext? caller, CancellationToken cancel, string? cookie = null)
{
    /// <summary>What the answers may tell the browser to keep: a session that began or ended.</summary>
    private const string SetCookie = "Set-Cookie";

    // What the caller would send with his next request; null while no answer has set a cookie.
    private string? _cookie = cookie;

    private readonly bool _keepsNothing = cookie is not null;

    public Task<ApiAnswer<T>> Get<T>(string path, JsonTypeInfo<T> type) => Send("GET", path, type);

    /// <summary>A change.</summary>
    /// <param name="body">Null: none.</param>
    /// <param name="key">The idempotency key, where the endpoint takes one: one per intent, from the form.</param>
    public async Task<ApiAnswer<T>> Send<T>(
        string method, string path, JsonTypeInfo<T> type, byte[]? body = null, string? key = null, string? ifMatch = null) =>
        Read(await Call(method, path, body, key, ifMatch), type);

    /// <summary>A change whose answer has no body, or none that the page needs. Null: it is done.</summary>
    public async Task<ApiRefusal?> Do(
        string method, string path, byte[]? body = null, string? key = null, string? ifMatch = null)
    {
        var answer = await Call(method, path, body, key, ifMatch);
        return answer.Status >= 400 ? Read(answer) : null;
    }

    /// <summary>A file, as it is.</summary>
    public async Task<ApiAnswer<T>> Upload<T>(string path, byte[] file, JsonTypeInfo<T> type) =>
        Read(await Call("POST", path, file, null, null, type: null), type);

    public static byte[] Json<T>(T body, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(body, type);

    private static ApiAnswer<T> Read<T>(LocalAnswer answer, JsonTypeInfo<T> type) => answer switch
    {
        { Status: >= 400 } => new(default, Read(answer), answer),
        { Body.Length: 0 } => new(default, null, answer),
        _ => new(JsonSerializer.Deserialize(answer.Body.Span, type), null, answer),
    };

    private async Task<LocalAnswer> Call(
        string method, string path, byte[]? body, string? key, string? ifMatch, string? type = "application/json")
    {
        var answer = await api.Send(
            new(method, path)
            {
                Caller = caller,
                Cookie = _cookie,
                Body = body,
                ContentType = type,
                IdempotencyKey = key,
                IfMatch = ifMatch,
            },
            cancel);
        if (caller is not null && !_keepsNothing && answer.Headers.TryGetValue(SetCookie, out var cookies))
            foreach (var told in cookies.OfType<string>())
            {
                caller.Response.Headers.Append(SetCookie, told);
                _cookie = With(_cookie ?? caller.Request.Headers.Cookie.ToString(), told);
            }
        return answer;
    }

    /// <summary>The cookies of a browser that was told to set another: a session that begins with one call holds for the
    /// next.</summary>
    internal static string With(string cookies, string set)
    {
        var pair = set.Split(';', 2)[0].Trim();
        var name = pair.Split('=', 2)[0] + "=";
        return string.Join("; ", cookies.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(one => !one.StartsWith(name, StringComparison.Ordinal)).Append(pair));
    }

    internal static ApiRefusal Read(LocalAnswer answer)
    {
        var retryAfter = int.TryParse(answer.Headers.RetryAfter.ToString(), out var seconds) ? seconds : (int?)null;
        try
        {
            var said = JsonSerializer.Deserialize(answer.Body.Span, StorefrontJson.Default.ApiRefusal)!;
            return said with { Status = answer.Status, RetryAfter = retryAfter };
        }
        catch (JsonException)
        {
            return new() { Status = answer.Status, Code = "internal_error", Title = "", RetryAfter = retryAfter };
        }
    }
}

/// <summary>A value, or why there is none.</summary>
/// <param name="Value">Null also where the answer has no body.</param>
/// <param name="Whole">With its headers, such as the entity tag.</param>
public readonly record struct ApiAnswer<T>(T? Value, ApiRefusal? Refusal, LocalAnswer Whole)
{
    /// <summary>The tag for <c>If-Match</c>.</summary>
    public string? Tag => Whole.Headers.ETag.ToString() is { Length: > 0 } tag ? tag : null;
}

/// <summary>A problem as the API told it. Pages say it in their own words: <c>problem.&lt;code&gt;</c>.</summary>
public sealed record ApiRefusal
{
    public required string Code { get; init; }
    public string Title { get; init; } = "";
    public string? Detail { get; init; }
    public int Status { get; init; }

    /// <summary>What is wrong with which field of the body.</summary>
    public Dictionary<string, string[]>? Errors { get; init; }

    /// <summary>Seconds.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>The answer's other members.</summary>
    [System.Text.Json.Serialization.JsonExtensionData]
    public Dictionary<string, JsonElement>? More { get; set; }
}
