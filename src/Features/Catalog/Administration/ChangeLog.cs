using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Doorbuster.Platform;
using Doorbuster.Platform.Audit;
using Doorbuster.Platform.Postgres;
using Npgsql;
using NpgsqlTypes;

namespace Doorbuster.Catalog.Administration;

/// <summary>Notes every change in the transaction that makes it, with the fields that are otherwise.</summary>
internal sealed class ChangeLog(Ids ids, TimeProvider clock)
{
    public const string IdPrefix = "chg";
    public const string PersonPrefix = "usr";

    public const string OfProduct = "product";
    public const string OfCategory = "category";
    public const string OfTaxRule = "tax_rule";
    public const string OfSettings = "settings";
    public const string OfImage = "image";
    public const string OfPriceList = "price_list";
    public const string OfImport = "import";

    // They follow from other changes and say nothing of this one.
    private static readonly string[] Unsaid = ["version", "updatedAt", "products"];

    /// <param name="person">Null: the shop itself.</param>
    /// <param name="before">Null: it was created.</param>
    /// <param name="after">Null: it was removed.</param>
    /// <returns>False when nothing is otherwise; then nothing is noted.</returns>
    public async Task<bool> Note<T>(
        NpgsqlTransaction transaction, long? person, string kind, string subject, T? before, T? after, JsonTypeInfo<T> type,
        CancellationToken cancel) where T : class
    {
        if (await Write(transaction, person, kind, subject, before, after, type, cancel) is not { } note)
            return false;
        await transaction.Audit(note, cancel);
        return true;
    }

    /// <summary>As <see cref="Note"/>, but the audit log is the caller's: the note for it, or null.</summary>
    public async Task<AuditNote?> Write<T>(
        NpgsqlTransaction transaction, long? person, string kind, string subject, T? before, T? after, JsonTypeInfo<T> type,
        CancellationToken cancel) where T : class
    {
        var (was, now) = AuditNote.Differences(Fields(before, type), Fields(after, type));
        if (was is { Count: 0 } && now is { Count: 0 })
            return null;
        await transaction.Execute(
            """
            insert into catalog.changes (id, at, person, kind, subject, action, before, after)
            values ($1, $2, $3, $4, $5, $6, $7, $8)
            """,
            cancel,
            new() { Value = ids.Next() }, new() { Value = clock.GetUtcNow() },
            new() { Value = (object?)person ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint },
            new() { Value = kind }, new() { Value = subject },
            new() { Value = before is null ? "created" : after is null ? "removed" : "changed" },
            Json(was), Json(now));
        return new($"{kind}.{(before is null ? "create" : after is null ? "remove" : "change")}", subject, was, now);
    }

    /// <summary>Of many things that were there before and are there still; by the shop itself.</summary>
    public async Task NoteChanged<T>(
        NpgsqlTransaction transaction, string kind, IEnumerable<(string Subject, T Before, T After)> changed,
        JsonTypeInfo<T> type, CancellationToken cancel) where T : class
    {
        var notes = changed
            .Select(one => (one.Subject, Fields: AuditNote.Differences(Fields(one.Before, type), Fields(one.After, type))))
            .Where(one => one.Fields.Was!.Count + one.Fields.Now!.Count > 0)
            .ToList();
        if (notes.Count > 0)
            await transaction.Execute(
                """
                insert into catalog.changes (id, at, person, kind, subject, action, before, after)
                select i.id, $1, null, $2, i.subject, 'changed', i.before::jsonb, i.after::jsonb
                from unnest($3, $4, $5, $6) as i (id, subject, before, after)
                """,
                cancel, new() { Value = clock.GetUtcNow() }, new() { Value = kind },
                new() { Value = notes.Select(_ => ids.Next()).ToArray() },
                new() { Value = notes.Select(note => note.Subject).ToArray() },
                new() { Value = notes.Select(note => note.Fields.Was!.ToJsonString()).ToArray() },
                new() { Value = notes.Select(note => note.Fields.Now!.ToJsonString()).ToArray() });
    }

    private static JsonObject? Fields<T>(T? value, JsonTypeInfo<T> type) where T : class
    {
        if (value is null)
            return null;
        var fields = JsonSerializer.SerializeToNode(value, type)!.AsObject();
        foreach (var name in Unsaid)
            fields.Remove(name);
        return fields;
    }

    private static NpgsqlParameter Json(JsonObject? fields) => new()
    {
        Value = (object?)fields?.ToJsonString() ?? DBNull.Value,
        NpgsqlDbType = NpgsqlDbType.Jsonb,
    };
}
