using System.Text.Json.Nodes;

namespace Doorbuster.Platform.Audit;

/// <summary>What was done on what, and how it was before and is after, in short. Who, when and from where is added.</summary>
/// <param name="Action">Such as <c>sale.create</c>: the noun and the verb.</param>
/// <param name="Subject">The id people know it by.</param>
/// <param name="Before">Null: there was none, or nothing to say.</param>
public sealed record AuditNote(string Action, string Subject, JsonObject? Before = null, JsonObject? After = null)
{
    public const int SubjectMax = 400;

    private const int FieldMax = 500;     // characters of one field's JSON
    private const int ObjectMax = 4_000;  // of all of them

    private static readonly string[] Secrets = ["secret", "password", "token", "passwordHash"];

    /// <summary>Of something that was there and is: the fields in which it is otherwise. Of what was made or removed, all.</summary>
    public static AuditNote Of(string action, string subject, JsonObject? before, JsonObject? after)
    {
        var (was, now) = Differences(before, after);
        return new AuditNote(action, subject, was, now);
    }

    /// <summary>The fields in which two objects differ; of one alone, all of them.</summary>
    public static (JsonObject? Was, JsonObject? Now) Differences(JsonObject? before, JsonObject? after)
    {
        if (before is null || after is null)
            return (before, after);
        var (was, now) = (new JsonObject(), new JsonObject());
        foreach (var name in before.Select(field => field.Key).Union(after.Select(field => field.Key)))
        {
            if (JsonNode.DeepEquals(before[name], after[name]))
                continue;
            was[name] = before[name]?.DeepClone();
            now[name] = after[name]?.DeepClone();
        }
        return (was, now);
    }

    /// <summary>The JSON that is filed: without secrets, and never long.</summary>
    internal static string? Shorten(JsonObject? fields)
    {
        if (fields is null)
            return null;
        var shown = new JsonObject();
        var length = 0;
        foreach (var (name, value) in fields)
        {
            var json = value?.ToJsonString() ?? "null";
            var said = Secrets.Contains(name, StringComparer.OrdinalIgnoreCase) ? "(not shown)"
                : json.Length > FieldMax || length + json.Length > ObjectMax ? $"({json.Length} characters, not shown)"
                : null;
            length += name.Length + (said ?? json).Length;
            if (length > 2 * ObjectMax)
                break;
            // PostgreSQL keeps no zero character, not even an escaped one.
            shown[name] = said is not null || json.Contains(@"\u0000", StringComparison.Ordinal)
                ? said ?? "(not shown)"
                : value?.DeepClone();
        }
        return shown.ToJsonString();
    }
}
