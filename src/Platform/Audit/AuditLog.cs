using System.Text.Json.Nodes;
using Doorbuster.Contracts.Audit;
using Doorbuster.Platform.Messaging;
using Doorbuster.Platform.Postgres;
using Npgsql;
using NpgsqlTypes;

namespace Doorbuster.Platform.Audit;

/// <summary>
/// Every write of whoever runs the shop is on record, in the transaction of its effect: both are there or neither. Nothing is
/// filed where nobody acts (<see cref="Actor.Current"/>), so the same store serves shoppers, jobs and administrators.
/// </summary>
public static class AuditLog
{
    /// <summary>Notes of one transaction. Sealing them takes time with the square of their number, and whoever else files one waits
    /// for his turn meanwhile.</summary>
    public const int NotesMax = 500;

    /// <summary>Files the note; at the commit the database seals it into the chain (decision 19).</summary>
    public static Task Audit(this NpgsqlTransaction transaction, AuditNote note, CancellationToken cancel) =>
        Actor.Current is { } actor ? transaction.File(actor, note, cancel) : Task.CompletedTask;

    /// <inheritdoc cref="Audit(NpgsqlTransaction, AuditNote, CancellationToken)"/>
    public static Task Audit(
        this NpgsqlTransaction transaction, string action, string subject, JsonObject? before, JsonObject? after,
        CancellationToken cancel) => transaction.Audit(new AuditNote(action, subject, before, after), cancel);

    /// <summary>Of what writes many things at once: each note, or where these are more than <see cref="NotesMax"/> one that
    /// counts them.</summary>
    /// <param name="action">Of the one.</param>
    public static async Task AuditAll(
        this NpgsqlTransaction transaction, string action, IReadOnlyCollection<AuditNote> notes, CancellationToken cancel)
    {
        if (notes.Count > NotesMax)
            notes =
            [
                new(action, "all", null, new()
                {
                    ["added"] = notes.Count(note => note.Before is null),
                    ["changed"] = notes.Count(note => note is { Before: not null, After: not null }),
                    ["removed"] = notes.Count(note => note is { Before: not null, After: null }),
                }),
            ];
        foreach (var note in notes)
            await transaction.Audit(note, cancel);
    }

    /// <summary>For a transaction on another database than the main one: the note leaves with it as a message.</summary>
    public static Task AuditByMessage(this NpgsqlTransaction transaction, AuditNote note, CancellationToken cancel) =>
        Actor.Current is not { } actor ? Task.CompletedTask : transaction.Publish(new AuditNoted
        {
            At = TimeProvider.System.GetUtcNow(),
            Actor = actor.Name,
            Source = actor.Source,
            Address = actor.Address,
            Request = actor.Request,
            Action = note.Action,
            Subject = note.Subject,
            Before = AuditNote.Shorten(note.Before),
            After = AuditNote.Shorten(note.After),
        }, cancel);

    /// <summary>A statement that is a write of its own: with its note in one transaction. The note is filed when rows were
    /// changed. The number of rows changed.</summary>
    public static async Task<int> ExecuteAudited(
        this NpgsqlDataSource db, AuditNote note, string sql, CancellationToken cancel, params NpgsqlParameter[] parameters)
    {
        if (Actor.Current is not { } actor)
            return await db.Execute(sql, cancel, parameters);
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var changed = await transaction.Execute(sql, cancel, parameters);
        if (changed > 0)
            await transaction.File(actor, note, cancel);
        await transaction.CommitAsync(cancel);
        return changed;
    }

    internal static Task File(
        NpgsqlTransaction transaction, DateTimeOffset? at, Actor actor, string action, string subject, string? before,
        string? after, CancellationToken cancel) => transaction.Execute(
        """
        insert into audit.entries (at, actor, source, address, request, action, subject, before, after)
        values (coalesce($1, clock_timestamp()), $2, $3, $4, $5, $6, $7, $8, $9)
        """, cancel,
        new() { Value = (object?)at?.UtcDateTime ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz },
        new() { Value = actor.Name }, new() { Value = actor.Source }, Text(actor.Address), Text(actor.Request),
        new() { Value = action }, new() { Value = Cut(subject) }, Json(before), Json(after));

    private static Task File(
        this NpgsqlTransaction transaction, Actor actor, AuditNote note, CancellationToken cancel) => File(
        transaction, at: null, actor, note.Action, note.Subject, AuditNote.Shorten(note.Before),
        AuditNote.Shorten(note.After), cancel);

    private static string Cut(string subject) =>
        subject.Length <= AuditNote.SubjectMax ? subject : subject[..AuditNote.SubjectMax];

    private static NpgsqlParameter Text(string? text) =>
        new() { Value = (object?)text ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };

    private static NpgsqlParameter Json(string? json) =>
        new() { Value = (object?)json ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Json };
}
