using System.Data;
using System.Runtime.CompilerServices;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;

namespace Doorbuster.Platform.Audit;

/// <param name="Action">The whole action, or its noun: <c>sale</c> is every action on sales.</param>
internal sealed record AuditFilter(
    string? Actor = null, string? Action = null, string? Subject = null, DateTimeOffset? From = null,
    DateTimeOffset? Until = null);

/// <param name="Rows">That were followed.</param>
/// <param name="End">Where the chain ends; to be kept elsewhere.</param>
internal sealed record AuditVerdict(long Rows, AuditAnchor End, AuditBreak? Broken);

internal sealed class AuditStore([FromKeyedServices(Migrations.PlatformSchema)] NpgsqlDataSource db)
{
    private const int PageMax = 1_000;
    private const string Columns =
        "seq, at, actor, source, address, request, action, subject, before::text, after::text, previous, hash";

    public async Task<AuditAnchor> Head(CancellationToken cancel) => (await db.QueryFirst(
        "select seq, hash from audit.head", ReadAnchor, cancel))!;

    /// <summary>Newest first, below the cursor.</summary>
    public Task<List<AuditEntry>> List(AuditFilter filter, long before, int limit, CancellationToken cancel) => db.Query(
        $"""
        select {Columns} from audit.entries
        where seq < $1 and ($2::text is null or actor = $2)
          and ($3::text is null or action = $3 or starts_with(action, $3 || '.'))
          and ($4::text is null or subject = $4) and ($5::timestamptz is null or at >= $5)
          and ($6::timestamptz is null or at < $6)
        order by seq desc limit $7
        """,
        Read, cancel, new() { Value = before }, Text(filter.Actor), Text(filter.Action), Text(filter.Subject),
        Time(filter.From), Time(filter.Until), new() { Value = limit });

    /// <summary>All that fit, newest first, read a page at a time.</summary>
    public async IAsyncEnumerable<AuditEntry> All(AuditFilter filter, [EnumeratorCancellation] CancellationToken cancel)
    {
        var before = long.MaxValue;
        while (await List(filter, before, PageMax, cancel) is { Count: > 0 } page)
        {
            foreach (var entry in page)
                yield return entry;
            before = page[^1].Seq;
        }
    }

    /// <summary>Follows the whole chain as it is now, whoever appends meanwhile.</summary>
    /// <param name="anchor">Kept from before; null: only the database's own end is known.</param>
    public async Task<AuditVerdict> Verify(AuditAnchor? anchor, CancellationToken cancel)
    {
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
        var head = (await snapshot.Query("select seq, hash from audit.head", ReadAnchor, cancel)).SingleOrDefault();
        if (head is null)
            return new AuditVerdict(0, AuditAnchor.Start, new AuditBreak(0, "the end of the log was removed"));

        var chain = anchor is null ? new AuditChain(head) : new AuditChain(head, anchor);
        for (var after = long.MinValue; ;)
        {
            var page = await snapshot.Query(
                $"select {Columns} from audit.entries where seq > $1 order by seq limit {PageMax}", Read, cancel,
                new NpgsqlParameter { Value = after });
            foreach (var entry in page)
                if (chain.Follow(entry) is { } broken)
                    return new AuditVerdict(chain.End.Seq, chain.End, broken);
            if (page.Count < PageMax)
                break;
            after = page[^1].Seq;
        }
        return new AuditVerdict(chain.End.Seq, chain.End, chain.Finish() ?? await FindForeign(snapshot, head, chain.End, cancel));
    }

    // Rows that were put there past the triggers.
    private static async Task<AuditBreak?> FindForeign(
        NpgsqlTransaction snapshot, AuditAnchor head, AuditAnchor end, CancellationToken cancel)
    {
        if (end.Seq > head.Seq)
            return new AuditBreak(head.Seq + 1, $"row {head.Seq + 1} was appended by hand: the log had ended with row {head.Seq}");
        var unsealed = await snapshot.Query(
            "select id from audit.entries where seq is null order by id limit 1", row => row.GetInt64(0), cancel);
        return unsealed is [var id] ? new AuditBreak(end.Seq + 1, $"the row with id {id} was never sealed") : null;
    }

    private static AuditAnchor ReadAnchor(NpgsqlDataReader row) => new(row.GetInt64(0), row.GetFieldValue<byte[]>(1));

    private static AuditEntry Read(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetFieldValue<DateTimeOffset>(1), row.GetString(2), row.GetString(3), TextOrNull(row, 4),
        TextOrNull(row, 5), row.GetString(6), row.GetString(7), TextOrNull(row, 8), TextOrNull(row, 9),
        row.GetFieldValue<byte[]>(10), row.GetFieldValue<byte[]>(11));

    private static string? TextOrNull(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetString(column);

    private static NpgsqlParameter Text(string? text) =>
        new() { Value = (object?)text ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };

    private static NpgsqlParameter Time(DateTimeOffset? at) =>
        new() { Value = (object?)at?.UtcDateTime ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz };
}
