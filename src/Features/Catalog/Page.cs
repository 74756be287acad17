using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Doorbuster.Catalog;

/// <summary>Whose answer it is.</summary>
internal enum Audience
{
    /// <summary>The same for all there are.</summary>
    Everybody,

    /// <summary>Who is in no group of customers, and strangers. Members get another under the same address.</summary>
    NoMembers,

    /// <summary>Members of certain groups.</summary>
    Members,
}

/// <summary>An answer as bytes with its strong ETag, made once and sent to many.</summary>
/// <param name="goodUntil">When it stops to be true by itself; null: it does not.</param>
internal sealed class Page(byte[] body, string etag, DateTimeOffset? goodUntil, Audience audience) : IResult
{
    private const int FreshSeconds = 5;
    private const int ShownStaleSeconds = 30;

    private static readonly StringValues Json = "application/json; charset=utf-8";
    private static readonly StringValues Shared =
        $"public, max-age={FreshSeconds}, stale-while-revalidate={ShownStaleSeconds}, stale-if-error=600";
    private static readonly StringValues Private = "private, no-cache";

    // What a cache keeps of an answer to a member or to a stranger is not for the other.
    private static readonly StringValues ByCaller = "Authorization, Cookie";

    private readonly StringValues _etag = etag;

    /// <summary>Its tag follows from its bytes: prices change without anybody changing a version.</summary>
    public static Page Of<T>(T response, JsonTypeInfo<T> type, DateTimeOffset? goodUntil = null, Audience audience = Audience.Everybody)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(response, type);
        return new(body, $"\"{Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 12))}\"", goodUntil, audience);
    }

    public bool IsGood(DateTimeOffset now) => !(goodUntil <= now);

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var headers = httpContext.Response.Headers;
        headers.ETag = _etag;
        headers.CacheControl = audience == Audience.Members ? Private : SharedFor(httpContext);
        if (audience != Audience.Everybody)
            headers.Vary = ByCaller;
        if (EntityTags.Matches(httpContext.Request.Headers.IfNoneMatch, etag))
        {
            httpContext.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        headers.ContentType = Json;
        headers.ContentLength = body.Length;
        return httpContext.Response.Body.WriteAsync(body, httpContext.RequestAborted).AsTask();
    }

    // What is between us and the client must not show a price for longer than it counts.
    private StringValues SharedFor(HttpContext http)
    {
        if (goodUntil is not { } end)
            return Shared;
        var left = end - http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        return left.TotalSeconds > FreshSeconds + ShownStaleSeconds
            ? Shared
            : $"public, max-age={(int)Math.Clamp(left.TotalSeconds, 0, FreshSeconds)}, stale-if-error=600";
    }
}
