using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;

namespace Doorbuster.Notices;

internal sealed class NoticeStore([FromKeyedServices(NoticesFeature.SchemaName)] NpgsqlDataSource db)
{
    /// <summary>Unread notices are counted no further.</summary>
    public const int UnreadMax = 1_000;

    private const string Columns =
        "id, person, kind, title, text, path, made_at, read_at, mail, attempts, mailed_at, error";

    /// <summary>Writes those whose key is new and whose person is not erased; returns whose they are.</summary>
    public static async Task<long[]> Insert(
        NpgsqlTransaction transaction, IReadOnlyList<(long Id, NewNotice Notice)> notices, MailState mail,
        DateTimeOffset now, CancellationToken cancel)
    {
        // In the order of keys: two messages that tell the same wait for each other and never deadlock.
        var people = await transaction.Query(
            """
            insert into notices.notices (id, person, key, kind, title, text, path, made_at, mail, due_at)
            select n.id, n.person, n.key, n.kind, n.title, n.text, n.path, $8, $9, case when $9 = 1 then $8 end
            from unnest($1, $2, $3, $4, $5, $6, $7) as n (id, person, key, kind, title, text, path)
            where not exists (select from notices.erased e where e.person = n.person)
            order by n.key
            on conflict (key) do nothing
            returning person
            """,
            row => row.GetInt64(0), cancel,
            new() { Value = notices.Select(one => one.Id).ToArray() },
            new() { Value = notices.Select(one => one.Notice.Person).ToArray() },
            new() { Value = notices.Select(one => one.Notice.Key).ToArray() },
            new() { Value = notices.Select(one => one.Notice.Kind).ToArray() },
            new() { Value = notices.Select(one => one.Notice.Title).ToArray() },
            new() { Value = notices.Select(one => one.Notice.Text).ToArray() },
            new()
            {
                Value = notices.Select(one => one.Notice.Path).ToArray(),
                NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text,
            },
            Time(now), new() { Value = (short)mail });
        return [.. people.Distinct()];
    }

    public Task<List<Notice>> List(
        long person, long before, bool unreadOnly, int count, CancellationToken cancel) => db.Query(
        $"""
        select {Columns} from notices.notices
        where person = $1 and id < $2 and (read_at is null or not $3)
        order by id desc
        limit $4
        """,
        Read, cancel, new() { Value = person }, new() { Value = before }, new() { Value = unreadOnly },
        new() { Value = count });

    public async Task<int> CountUnread(long person, CancellationToken cancel) => (await db.Query(
        "select count(*)::int from (select from notices.notices where person = $1 and read_at is null limit $2) as unread",
        row => row.GetInt32(0), cancel, new() { Value = person }, new() { Value = UnreadMax })).Single();

    /// <summary>The notice as read; null when the person has no such notice.</summary>
    public static async Task<Notice?> MarkRead(
        NpgsqlTransaction transaction, long id, long person, DateTimeOffset now, CancellationToken cancel) =>
        (await transaction.Query(
            $"""
            update notices.notices set read_at = coalesce(read_at, $3) where id = $1 and person = $2
            returning {Columns}
            """,
            Read, cancel, new() { Value = id }, new() { Value = person }, Time(now))).SingleOrDefault();

    /// <summary>Marks what the person has up to this notice; returns how many were unread.</summary>
    public static Task<int> MarkAllRead(
        NpgsqlTransaction transaction, long upTo, long person, DateTimeOffset now, CancellationToken cancel) =>
        transaction.Execute(
            "update notices.notices set read_at = $3 where id <= $1 and person = $2 and read_at is null", cancel,
            new() { Value = upTo }, new() { Value = person }, Time(now));

    public Task<List<Notice>> ListMails(long before, MailState? mail, int count, CancellationToken cancel) => db.Query(
        $"""
        select {Columns} from notices.notices
        where id < $1 and ($2::smallint is null or mail = $2)
        order by id desc
        limit $3
        """,
        Read, cancel, new() { Value = before },
        new() { Value = (object?)(short?)mail ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Smallint },
        new() { Value = count });

    public Task<List<Notice>> ListDueMails(DateTimeOffset now, int count, CancellationToken cancel) => db.Query(
        $"select {Columns} from notices.notices where mail = 1 and due_at <= $1 order by due_at, id limit $2",
        Read, cancel, Time(now), new() { Value = count });

    /// <summary>Only one that still waits: its person may have been erased meanwhile.</summary>
    public Task<int> SettleMail(
        long id, MailState mail, DateTimeOffset? mailedAt, DateTimeOffset? dueAt, string? error,
        CancellationToken cancel) => db.Execute(
        """
        update notices.notices
        set mail = $2, mailed_at = $3, due_at = $4, error = $5, attempts = attempts + 1
        where id = $1 and mail = 1
        """,
        cancel, new() { Value = id }, new() { Value = (short)mail }, Time(mailedAt), Time(dueAt),
        new() { Value = (object?)error ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });

    public static async Task Erase(
        NpgsqlTransaction transaction, long person, DateTimeOffset at, CancellationToken cancel)
    {
        await transaction.Execute(
            "insert into notices.erased (person, at) values ($1, $2) on conflict do nothing", cancel,
            new() { Value = person }, Time(at));
        await transaction.Execute(
            "delete from notices.notices where person = $1", cancel, new NpgsqlParameter { Value = person });
    }

    /// <summary>Removes some of what was read before one time or made before the other; how many.</summary>
    public Task<int> RemoveOld(
        DateTimeOffset readBefore, DateTimeOffset madeBefore, int count, CancellationToken cancel) => db.Execute(
        """
        delete from notices.notices where id in (
          select id from notices.notices
          where made_at < $1 and (read_at < $1 or made_at < $2) and mail <> 1
          limit $3)
        """,
        cancel, Time(readBefore), Time(madeBefore), new() { Value = count });

    private static Notice Read(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetInt64(1), row.GetString(2), row.GetString(3), row.GetString(4), Text(row, 5),
        row.GetFieldValue<DateTimeOffset>(6), row.ValueOrNull<DateTimeOffset>(7), (MailState)row.GetInt16(8),
        row.GetInt16(9), row.ValueOrNull<DateTimeOffset>(10), Text(row, 11));

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static NpgsqlParameter Time(DateTimeOffset? at) =>
        new() { Value = (object?)at ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz };
}
