using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Doorbuster.Platform.Web;

namespace Doorbuster.Platform.Audit;

/// <summary>The log as it leaves the program.</summary>
internal static class AuditViews
{
    public static readonly string[] Header =
        ["seq", "at", "actor", "source", "address", "request", "action", "subject", "before", "after", "hash"];

    /// <param name="Seq">Its place in the chain: 1, 2, 3, …</param>
    /// <param name="Actor"><c>usr_…</c>, or <c>local:name@machine</c> for the command line.</param>
    /// <param name="Source"><c>http</c> or <c>command</c>.</param>
    /// <param name="Address">Of the client, or the machine's name.</param>
    /// <param name="Request">The <c>X-Request-Id</c> of the answer, or the command.</param>
    /// <param name="Action">Such as <c>sale.create</c>.</param>
    /// <param name="Before">The fields that are otherwise now; null: nothing was there.</param>
    /// <param name="Hash">SHA-256 over the entry before and this one's content.</param>
    public sealed record Entry(
        long Seq, DateTimeOffset At, string Actor, string Source, string? Address, string? Request, string Action,
        string Subject, JsonElement? Before, JsonElement? After, string Hash);

    public sealed record Page(IReadOnlyList<Entry> Data, [property: JsonPropertyName("page")] PageInfo PageInfo);

    /// <param name="Anchor">To be kept outside of the shop: <c>audit verify --anchor</c> finds whatever was rewritten before it.</param>
    public sealed record Head(long Seq, string Hash, string Anchor);

    /// <param name="Broken">The first row that does not fit; null when all do.</param>
    public sealed record Verdict(bool IsWhole, long Rows, string Anchor, long? Broken, string? What);

    public static Entry Of(AuditEntry entry) => new(
        entry.Seq, entry.At, entry.Actor, entry.Source, entry.Address, entry.Request, entry.Action, entry.Subject,
        Json(entry.Before), Json(entry.After), Convert.ToHexStringLower(entry.Hash));

    public static Head Of(AuditAnchor head) => new(head.Seq, Convert.ToHexStringLower(head.Hash), head.ToString());

    public static Verdict Of(AuditVerdict verdict) => new(
        verdict.Broken is null, verdict.Rows, verdict.End.ToString(), verdict.Broken?.Seq, verdict.Broken?.What);

    public static string[] Row(AuditEntry entry) =>
    [
        entry.Seq.ToString(CultureInfo.InvariantCulture), entry.At.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
        entry.Actor, entry.Source, entry.Address ?? "", entry.Request ?? "", entry.Action, entry.Subject,
        entry.Before ?? "", entry.After ?? "", Convert.ToHexStringLower(entry.Hash),
    ];

    private static JsonElement? Json(string? json) => json is null ? null : JsonElement.Parse(json);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(AuditViews.Page))]
[JsonSerializable(typeof(AuditViews.Head))]
[JsonSerializable(typeof(AuditViews.Verdict))]
internal sealed partial class AuditJson : JsonSerializerContext;
