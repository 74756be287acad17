using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Doorbuster.Catalog;

/// <summary>An answer as bytes with its strong ETag, made once and sent to many.</summary>
internal sealed class Page(byte[] body, string etag) : IResult
{
    private static readonly StringValues Json = "application/json; charset=utf-8";
    private static readonly StringValues Shared = "public, max-age=5, stale-while-revalidate=30, stale-if-error=600";

    private readonly StringValues _etag = etag;

    public string ETag => etag;

    /// <param name="etag">Null: from the bytes themselves.</param>
    public static Page Of<T>(T response, JsonTypeInfo<T> type, string? etag = null)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(response, type);
        return new(body, etag ?? $"\"{Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 12))}\"");
    }

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var headers = httpContext.Response.Headers;
        headers.ETag = _etag;
        headers.CacheControl = Shared;
        if (IsKnown(httpContext.Request.Headers.IfNoneMatch, etag))
        {
            httpContext.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        headers.ContentType = Json;
        headers.ContentLength = body.Length;
        return httpContext.Response.Body.WriteAsync(body, httpContext.RequestAborted).AsTask();
    }

    /// <summary>RFC 9110: weak comparison, a list, or * for anything.</summary>
    public static bool IsKnown(StringValues ifNoneMatch, string etag)
    {
        if (ifNoneMatch.Count == 0)
            return false;
        if (ifNoneMatch.Count == 1 && ifNoneMatch[0] == etag)
            return true;
        return EntityTagHeaderValue.TryParseList(ifNoneMatch, out var known)
            && known.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Tag == etag);
    }
}
