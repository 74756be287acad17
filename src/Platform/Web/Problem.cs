using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Doorbuster.Platform.Web;

/// <summary>
/// A refusal with a stable code, as RFC 9457 problem details. Declared once as a static of the feature, so that the
/// OpenAPI document and the error reference can list it, and its body is written from prepared bytes.
/// </summary>
/// <param name="Code">Stable, snake case: <c>sold_out</c>. Clients switch on it.</param>
/// <param name="Title">A sentence for people.</param>
/// <param name="Retryable">True when the same request may succeed later.</param>
public sealed record Problem(int Status, string Code, string Title, bool Retryable = false) : IResult
{
    private static readonly StringValues JsonType = "application/problem+json";
    private static readonly StringValues NotStored = "no-store";
    private static readonly StringValues[] Seconds =
        [.. Enumerable.Range(0, 61).Select(s => new StringValues(s.ToString(CultureInfo.InvariantCulture)))];

    private byte[]? _body;

    // A changed copy must not answer with the body of its original.
    [SuppressMessage("Style", "IDE0051", Justification = "Called by 'with'.")]
    private Problem(Problem original)
    {
        (Status, Code, Title, Retryable) = (original.Status, original.Code, original.Title, original.Retryable);
        (Advice, RetryAfter, Detail) = (original.Advice, original.RetryAfter, original.Detail);
        (Errors, Extensions) = (original.Errors, original.Extensions);
    }

    /// <summary>Where the code is explained in words.</summary>
    public string Type => $"/problems/{Code}";

    /// <summary>What the caller can do about it; shown on the page behind <see cref="Type"/>.</summary>
    public string Advice { get; init; } = "";

    /// <summary>Sent as <c>Retry-After</c>, in seconds rounded up; a 503's is spread so that not all come back at
    /// once.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What happened this time.</summary>
    public string? Detail { get; init; }

    /// <summary>What is wrong with which field.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>More members of the answer, by their name in JSON.</summary>
    public IReadOnlyList<(string Name, object? Value)> Extensions { get; init; } = [];

    /// <summary>The same refusal with what is particular to this request.</summary>
    public Problem With(
        string? detail = null, TimeSpan? retryAfter = null, params (string Name, object? Value)[] extensions) =>
            this with
            {
                Detail = detail ?? Detail,
                RetryAfter = retryAfter ?? RetryAfter,
                Extensions = extensions.Length > 0 ? extensions : Extensions,
            };

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var isParticular = Detail is not null || Errors is not null || Extensions.Count > 0;
        var body = isParticular ? Write(RequestId.Of(httpContext)) : _body ??= Write(requestId: null);

        var response = httpContext.Response;
        response.StatusCode = Status;
        response.Headers.ContentType = JsonType;
        response.Headers.CacheControl = NotStored;
        response.ContentLength = body.Length;
        if (RetryAfter is { } wait)
            response.Headers.RetryAfter = Wait(wait);
        return response.Body.WriteAsync(body, CancellationToken.None).AsTask();
    }

    /// <summary>The body as it is sent; the trace id goes only into the body of a particular one.</summary>
    internal byte[] Write(string? requestId)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("type", Type);
        json.WriteString("title", Title);
        json.WriteNumber("status", Status);
        json.WriteString("code", Code);
        json.WriteBoolean("retryable", Retryable);
        if (Detail is not null)
            json.WriteString("detail", Detail);
        if (requestId is not null)
            json.WriteString("traceId", requestId);
        if (Errors is not null)
            WriteErrors(json, Errors);
        foreach (var (name, value) in Extensions)
            WriteExtension(json, name, value);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    // Records print their members; a body is not for people.
    [SuppressMessage("Style", "IDE0051", Justification = "Called by ToString.")]
    private bool PrintMembers(StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"{Status} {Code}: {Title}");
        return true;
    }

    // Seconds are coarse, so a second is spread over two: a herd that left together must not return together.
    private StringValues Wait(TimeSpan wait)
    {
        var seconds = Math.Max(1, (int)Math.Min(Math.Ceiling(wait.TotalSeconds), int.MaxValue - 60));
        if (Status == StatusCodes.Status503ServiceUnavailable)
            seconds += Random.Shared.Next(0, Math.Max(2, seconds / 4 + 1));
        return seconds < Seconds.Length ? Seconds[seconds] : seconds.ToString(CultureInfo.InvariantCulture);
    }

    private static void WriteErrors(Utf8JsonWriter json, IReadOnlyDictionary<string, string[]> errors)
    {
        json.WriteStartObject("errors");
        foreach (var (field, wrongs) in errors)
        {
            json.WriteStartArray(field);
            foreach (var wrong in wrongs)
                json.WriteStringValue(wrong);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static void WriteExtension(Utf8JsonWriter json, string name, object? value)
    {
        json.WritePropertyName(name);
        switch (value)
        {
            case null: json.WriteNullValue(); break;
            case bool yes: json.WriteBooleanValue(yes); break;
            case int number: json.WriteNumberValue(number); break;
            case long number: json.WriteNumberValue(number); break;
            case DateTimeOffset at: json.WriteStringValue(at.UtcDateTime); break;
            case JsonElement whole: whole.WriteTo(json); break;
            case Money money:
                json.WriteStartObject();
                json.WriteNumber("amount", money.Minor);
                json.WriteString("currency", money.Currency);
                json.WriteEndObject();
                break;
            default: json.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture)); break;
        }
    }
}
