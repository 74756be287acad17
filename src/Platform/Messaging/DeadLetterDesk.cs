using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Platform.Messaging;

/// <summary>Messages that a consumer could not handle: looked at, sent again, or given up.</summary>
internal static class DeadLetterDesk
{
    private const int LimitDefault = 40;
    private const int LimitMax = 100;
    private const int NameMax = 200;

    /// <param name="Id">The message's number; with the consumer it names the letter.</param>
    /// <param name="Error">What the last attempt ended with.</param>
    public sealed record Row(
        string Id, string Consumer, string Type, string Error, int Attempts, DateTimeOffset MadeAt, DateTimeOffset DiedAt);

    /// <param name="Id">The message's number; with the consumer it names the letter.</param>
    /// <param name="Error">What the last attempt ended with.</param>
    /// <param name="Body">The message.</param>
    public sealed record View(
        string Id, string Consumer, string Type, string Error, int Attempts, DateTimeOffset MadeAt, DateTimeOffset DiedAt,
        JsonElement Body);

    public sealed record RowPage(IReadOnlyList<Row> Data, PageInfo Page);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var letters = routes.MapGroup("/api/admin/v1/dead-letters").ForAdmin().WithTags("Dead letters (administration)");
        letters.MapGet("", List).WithName("ListDeadLetters")
            .WithSummary("Messages that a consumer could not handle, the last that died first.")
            .Refuses(WebProblems.InvalidCursor);
        letters.MapGet("{consumer}/{id}", Get).WithName("GetDeadLetter")
            .WithSummary("A message that a consumer could not handle.")
            .Refuses(WebProblems.NotFound);
        letters.MapPost("{consumer}/{id}/retry", Retry).WithName("RetryDeadLetter")
            .WithSummary("Send a message to its consumer again. One that was through after all is not handled twice.")
            .Refuses(WebProblems.NotFound);
        letters.MapDelete("{consumer}/{id}", Drop).WithName("DropDeadLetter")
            .WithSummary("Give a message up for good.")
            .Refuses(WebProblems.NotFound);
    }

    private static async Task<Results<Ok<RowPage>, Problem>> List(
        HttpContext http, QueueStore store, CancellationToken cancel,
        [StringLength(NameMax, MinimumLength = 1)] string? consumer = null,
        [StringLength(NameMax, MinimumLength = 1)] string? type = null,
        [Range(1, LimitMax)] int limit = LimitDefault, string? after = null)
    {
        var cursor = after is null ? null : DeadLetterCursor.Parse(after);
        if (after is not null && cursor is null)
            return WebProblems.InvalidCursor;
        var (shown, page) = PageInfo.Cut(
            await store.DeadLetters(Clean(consumer), Clean(type), cursor, limit + 1, cancel), limit,
            letter => DeadLetterCursor.Of(letter).ToString());
        http.Response.Headers.CacheControl = "private, no-store";
        return TypedResults.Ok(new RowPage([.. shown.Select(RowOf)], page));
    }

    private static async Task<Results<Ok<View>, Problem>> Get(
        string consumer, string id, HttpContext http, QueueStore store, CancellationToken cancel)
    {
        http.Response.Headers.CacheControl = "private, no-store";
        return Read(id) is { } number && await store.FindDeadLetter(Clean(consumer)!, number, cancel) is { } letter
            ? TypedResults.Ok(Of(letter))
            : WebProblems.NotFound;
    }

    private static async Task<Results<NoContent, Problem>> Retry(
        string consumer, string id, QueueStore store, CancellationToken cancel) =>
        Read(id) is { } number && await store.RetryOne(Clean(consumer)!, number, cancel)
            ? TypedResults.NoContent()
            : WebProblems.NotFound;

    private static async Task<Results<NoContent, Problem>> Drop(
        string consumer, string id, QueueStore store, CancellationToken cancel) =>
        Read(id) is { } number && await store.Drop(Clean(consumer)!, number, cancel)
            ? TypedResults.NoContent()
            : WebProblems.NotFound;

    private static long? Read(string id) =>
        long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static Row RowOf(DeadLetter letter) => new(
        letter.Id.ToString(CultureInfo.InvariantCulture), letter.Consumer, letter.Type, letter.Error, letter.Attempts,
        letter.MadeAt, letter.DiedAt);

    private static View Of(DeadLetter letter) => new(
        letter.Id.ToString(CultureInfo.InvariantCulture), letter.Consumer, letter.Type, letter.Error, letter.Attempts,
        letter.MadeAt, letter.DiedAt, JsonElement.Parse(letter.Body!));

    // PostgreSQL knows no zero character.
    private static string? Clean(string? text) => text?.Replace("\0", "", StringComparison.Ordinal);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DeadLetterDesk.RowPage))]
[JsonSerializable(typeof(DeadLetterDesk.View))]
internal sealed partial class DeadLetterJson : JsonSerializerContext;
