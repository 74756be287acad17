using System.Globalization;
using Doorbuster.Contracts.Accounts;
using Doorbuster.Contracts.People;
using Doorbuster.Platform;
using Doorbuster.Platform.Audit;
using Doorbuster.Platform.Messaging;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.Accounts;

/// <summary>The truth about people, their sessions and the keys that sign them.</summary>
internal sealed class AccountStore([FromKeyedServices(AccountsFeature.SchemaName)] NpgsqlDataSource db)
{
    /// <summary>A person has at most so many living sessions; the oldest give way.</summary>
    public const int SessionsPerPersonMax = 20;

    private const string PersonColumns =
        "id, email, display_name, is_admin, password_hash, created_at, time_zone, version, erased_at, blocked_at, blocked_because";

    /// <summary>False when the address has an account already: the unique index decides between racing registrations.</summary>
    public async Task<bool> AddPerson(Account person, CancellationToken cancel) => await db.ExecuteAudited(
        new("person.create", PublicId.Format(Account.IdPrefix, person.Id), null, new()
        {
            ["email"] = person.Email,
            ["displayName"] = person.DisplayName,
            ["isAdmin"] = person.IsAdmin,
        }),
        """
        insert into accounts.people (id, email, email_key, display_name, is_admin, password_hash, created_at)
        values ($1, $2, $3, $4, $5, $6, $7)
        on conflict (email_key) do nothing
        """,
        cancel,
        new() { Value = person.Id }, new() { Value = person.Email }, new() { Value = Account.KeyOf(person.Email) },
        new() { Value = person.DisplayName }, new() { Value = person.IsAdmin },
        new NpgsqlParameter<string?> { TypedValue = person.PasswordHash }, new() { Value = person.CreatedAt }) == 1;

    public Task<Account?> FindByEmail(string email, CancellationToken cancel) => db.QueryFirst(
        $"select {PersonColumns} from accounts.people where email_key = $1", ReadPerson, cancel,
        new NpgsqlParameter { Value = Account.KeyOf(email) });

    public Task<Account?> Find(long person, CancellationToken cancel) => db.QueryFirst(
        $"select {PersonColumns} from accounts.people where id = $1", ReadPerson, cancel,
        new NpgsqlParameter { Value = person });

    public Task<List<Account>> FindMany(long[] people, CancellationToken cancel) => db.Query(
        $"select {PersonColumns} from accounts.people where id = any($1)", ReadPerson, cancel,
        new NpgsqlParameter { Value = people });

    public Task<List<Account>> List(bool adminsOnly, int limit, CancellationToken cancel) => db.Query(
        $"select {PersonColumns} from accounts.people where is_admin or not $1 order by id limit $2", ReadPerson, cancel,
        new() { Value = adminsOnly }, new() { Value = limit });

    /// <summary>Compare-and-set on the old hash: a password changed meanwhile is not undone.</summary>
    public Task<int> ReplaceHash(long person, string from, string to, CancellationToken cancel) => db.Execute(
        "update accounts.people set password_hash = $3 where id = $1 and password_hash = $2", cancel,
        new() { Value = person }, new() { Value = from }, new() { Value = to });

    /// <summary>Those with an id above <paramref name="after"/>, ascending; the erased are left out.</summary>
    public Task<List<Account>> Page(long after, int limit, CancellationToken cancel) => db.Query(
        $"select {PersonColumns} from accounts.people where id > $1 and erased_at is null order by id limit $2", ReadPerson,
        cancel, new() { Value = after }, new() { Value = limit });

    /// <summary>
    /// Adds a session; returns those of the same person that gave way to it, or null when it was not added: the person is
    /// gone or blocked, or <paramref name="hash"/> is no longer the password's. The row is locked for the look, so that a session
    /// opened with an old password is either seen by the change of the password, and ended, or never made; so with a block.
    /// </summary>
    /// <param name="hash">Of the password that opened it; null: of any.</param>
    public async Task<List<EndedSession>?> AddSession(
        Session session, string? hash, DateTimeOffset now, CancellationToken cancel)
    {
        var rows = await db.Query(
            """
            with person as materialized (
              select id from accounts.people
              where id = $2 and erased_at is null and blocked_at is null and ($6::text is null or password_hash = $6)
              for share
            ), added as (
              insert into accounts.sessions (id, person_id, created_at, expires_at)
              select $1, id, $3, $4 from person
              returning id, expires_at
            ), gone as (
              delete from accounts.sessions where id in (
                select id from accounts.sessions where person_id = $2 order by id desc offset $5)
                and exists (select from person)
              returning id, expires_at
            ), told as (
              insert into accounts.endings (session_id, expires_at)
              select id, expires_at from gone
              returning session_id, expires_at
            )
            select id, expires_at from added union all select session_id, expires_at from told
            """,
            ReadEnded, cancel,
            new() { Value = session.Id }, new() { Value = session.Person }, new() { Value = now },
            new() { Value = session.ExpiresAt }, new() { Value = SessionsPerPersonMax - 1 },
            new NpgsqlParameter<string?> { TypedValue = hash });
        return rows.RemoveAll(row => row.Id == session.Id) == 1 ? rows : null;
    }

    /// <summary>Changes what is not null when the profile is still of this version (null: of any); null when it is not.</summary>
    /// <param name="timeZone">Empty: the shop's.</param>
    public async Task<Account?> ChangeProfile(
        long person, string? displayName, string? timeZone, int? version, CancellationToken cancel)
    {
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var changed = await transaction.Query(
            $"""
            update accounts.people
            set display_name = coalesce($2, display_name), time_zone = nullif(coalesce($3, time_zone), ''), version = version + 1
            where id = $1 and erased_at is null and ($4::int is null or version = $4)
            returning {PersonColumns}
            """,
            ReadPerson, cancel,
            new() { Value = person }, new NpgsqlParameter<string?> { TypedValue = displayName },
            new NpgsqlParameter<string?> { TypedValue = timeZone }, new NpgsqlParameter<int?> { TypedValue = version });
        if (changed.Count == 0)
            return null;
        await transaction.Publish(new PersonChanged { People = [person], Part = ProfilePart.PartName }, cancel);
        await transaction.CommitAsync(cancel);
        return changed[0];
    }

    /// <summary>Replaces the password and ends all sessions but one; null when the old one is no longer the password.</summary>
    public async Task<List<EndedSession>?> ChangePassword(
        long person, string from, string to, long keptSession, CancellationToken cancel)
    {
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await transaction.Execute(
            "update accounts.people set password_hash = $3 where id = $1 and password_hash = $2 and erased_at is null", cancel,
            new() { Value = person }, new() { Value = from }, new() { Value = to }) == 0)
            return null;
        var ended = await EndSessions(transaction, person, keptSession, cancel);
        await transaction.CommitAsync(cancel);
        return ended;
    }

    /// <summary>Blanks the account, ends its sessions and tells everybody; the second time nothing. The sessions that
    /// ended.</summary>
    public async Task<List<EndedSession>> Erase(long person, DateTimeOffset now, CancellationToken cancel)
    {
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await transaction.Execute(
            """
            update accounts.people
            set email = 'erased-' || id || '@erased.invalid', email_key = 'erased-' || id || '@erased.invalid',
                display_name = 'Erased', password_hash = null, is_admin = false, time_zone = null, version = version + 1,
                blocked_at = null, blocked_because = null, erased_at = $2
            where id = $1 and erased_at is null
            """, cancel, new() { Value = person }, new() { Value = now }) == 0)
            return [];
        await transaction.Execute(
            "delete from accounts.addresses where person_id = $1", cancel, new NpgsqlParameter { Value = person });
        await GroupStore.LeaveAll(transaction, person, cancel);
        var ended = await EndSessions(transaction, person, keptSession: 0, cancel);
        await transaction.Publish(new PersonErased { Person = person, At = now }, cancel);
        await transaction.CommitAsync(cancel);
        return ended;
    }

    /// <summary>Newest first, below the cursor; the erased are left out.</summary>
    /// <param name="email">With which the address begins; null: any.</param>
    public Task<List<Account>> Search(
        string? email, bool? isBlocked, long before, int limit, CancellationToken cancel) => db.Query(
        SearchSql(email is not null, isBlocked), ReadPerson, cancel,
        [
            new() { Value = before }, new() { Value = limit },
            .. email is null ? Array.Empty<NpgsqlParameter>() : [new() { Value = Account.KeyOf(email) }],
        ]);

    // Only what is asked for stands in it: a condition that may be null is one that no index serves.
    internal static string SearchSql(bool byEmail, bool? isBlocked) =>
        $"""
        select {PersonColumns} from accounts.people
        where id < $1 and erased_at is null
          {(byEmail ? "and email_key ~>=~ $3 and email_key ~<~ ($3 || chr(1114111))" : "")}
          {(isBlocked switch { true => "and blocked_at is not null", false => "and blocked_at is null", null => "" })}
        order by id desc limit $2
        """;

    /// <summary>Keeps a person out and ends his sessions; the second time nothing. The sessions that ended.</summary>
    public async Task<List<EndedSession>> Block(long person, string reason, DateTimeOffset now, CancellationToken cancel)
    {
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await transaction.Execute(
            """
            update accounts.people set blocked_at = $2, blocked_because = $3
            where id = $1 and erased_at is null and blocked_at is null
            """, cancel, new() { Value = person }, new() { Value = now }, new() { Value = reason }) == 0)
            return [];
        var ended = await EndSessions(transaction, person, keptSession: 0, cancel);
        await transaction.Audit(
            "person.block", PublicId.Format(Account.IdPrefix, person), null,
            new() { ["reason"] = reason, ["sessionsEnded"] = ended.Count }, cancel);
        await transaction.CommitAsync(cancel);
        return ended;
    }

    /// <summary>False when the person was not blocked.</summary>
    public async Task<bool> Unblock(long person, CancellationToken cancel)
    {
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var because = await transaction.Query(
            """
            with old as (
              select id, blocked_because from accounts.people
              where id = $1 and erased_at is null and blocked_at is not null for update),
            unblocked as (
              update accounts.people p set blocked_at = null, blocked_because = null from old where p.id = old.id)
            select blocked_because from old
            """, row => row.IsDBNull(0) ? null : row.GetString(0), cancel, new NpgsqlParameter { Value = person });
        if (because.Count == 0)
            return false;
        await transaction.Audit(
            "person.unblock", PublicId.Format(Account.IdPrefix, person), new() { ["reason"] = because[0] }, null, cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }

    /// <summary>The living ones among the given sessions.</summary>
    public Task<List<Session>> FindSessions(long[] ids, DateTimeOffset now, CancellationToken cancel) => db.Query(
        """
        select s.id, s.person_id, p.is_admin, s.expires_at
        from accounts.sessions s join accounts.people p on p.id = s.person_id
        where s.id = any($1) and s.expires_at > $2 and p.blocked_at is null
        """,
        row => new Session(
            row.GetInt64(0), row.GetInt64(1), row.GetBoolean(2), row.GetFieldValue<DateTimeOffset>(3)),
        cancel, new() { Value = ids }, new() { Value = now });

    public Task<List<SessionRow>> ListSessions(long person, DateTimeOffset now, CancellationToken cancel) => db.Query(
        """
        select id, created_at, expires_at from accounts.sessions
        where person_id = $1 and expires_at > $2
        order by id desc
        limit 100
        """,
        row => new SessionRow(
            row.GetInt64(0), row.GetFieldValue<DateTimeOffset>(1), row.GetFieldValue<DateTimeOffset>(2)),
        cancel, new() { Value = person }, new() { Value = now });

    /// <summary>Null when the person has no such session. Redis still has to hear of it: see <see cref="EndedSession"/>.</summary>
    public Task<EndedSession?> EndSession(long session, long person, CancellationToken cancel) => db.QueryFirst(
        """
        with gone as (
          delete from accounts.sessions where id = $1 and person_id = $2 returning id, expires_at
        )
        insert into accounts.endings (session_id, expires_at)
        select id, expires_at from gone
        returning session_id, expires_at
        """,
        ReadEnded, cancel, new() { Value = session }, new() { Value = person });

    public Task<List<EndedSession>> ListEndings(int limit, CancellationToken cancel) => db.Query(
        "select session_id, expires_at from accounts.endings limit $1", ReadEnded, cancel,
        new NpgsqlParameter { Value = limit });

    public Task<int> FinishEndings(long[] sessions, CancellationToken cancel) => db.Execute(
        "delete from accounts.endings where session_id = any($1)", cancel, new NpgsqlParameter { Value = sessions });

    public Task<int> RemoveExpired(DateTimeOffset now, int limit, CancellationToken cancel) => db.Execute(
        """
        delete from accounts.sessions where id in (
          select id from accounts.sessions where expires_at <= $1 limit $2 for update skip locked)
        """,
        cancel, new() { Value = now }, new() { Value = limit });

    public Task<List<TokenKey>> ReadKeys(CancellationToken cancel) => db.Query(
        "select id, secret, created_at from accounts.keys order by id",
        row => new TokenKey(
            (ushort)row.GetInt16(0), row.GetFieldValue<byte[]>(1), row.GetFieldValue<DateTimeOffset>(2)),
        cancel);

    public Task<int> AddKey(ushort id, byte[] secret, DateTimeOffset now, CancellationToken cancel) => db.ExecuteAudited(
        new("signing_key.create", id.ToString(CultureInfo.InvariantCulture)),
        "insert into accounts.keys (id, secret, created_at) values ($1, $2, $3) on conflict (id) do nothing", cancel,
        new() { Value = (short)id }, new() { Value = secret }, new() { Value = now });

    /// <summary>Removes keys whose last token has expired: a newer one has signed since before <paramref name="signedSince"/>.</summary>
    public Task<int> RemoveOldKeys(DateTimeOffset signedSince, CancellationToken cancel) => db.Execute(
        """
        delete from accounts.keys k
        where exists (select from accounts.keys newer where newer.id > k.id and newer.created_at < $1)
        """,
        cancel, new NpgsqlParameter { Value = signedSince });

    private static Task<List<EndedSession>> EndSessions(
        NpgsqlTransaction transaction, long person, long keptSession, CancellationToken cancel) => transaction.Query(
        """
        with gone as (
          delete from accounts.sessions where person_id = $1 and id <> $2 returning id, expires_at
        )
        insert into accounts.endings (session_id, expires_at)
        select id, expires_at from gone
        returning session_id, expires_at
        """,
        ReadEnded, cancel, new() { Value = person }, new() { Value = keptSession });

    private static Account ReadPerson(NpgsqlDataReader row) => new()
    {
        Id = row.GetInt64(0),
        Email = row.GetString(1),
        DisplayName = row.GetString(2),
        IsAdmin = row.GetBoolean(3),
        PasswordHash = row.IsDBNull(4) ? null : row.GetString(4),
        CreatedAt = row.GetFieldValue<DateTimeOffset>(5),
        TimeZone = row.IsDBNull(6) ? null : row.GetString(6),
        Version = row.GetInt32(7),
        IsErased = !row.IsDBNull(8),
        BlockedAt = row.ValueOrNull<DateTimeOffset>(9),
        BlockedBecause = row.IsDBNull(10) ? null : row.GetString(10),
    };

    private static EndedSession ReadEnded(NpgsqlDataReader row) =>
        new(row.GetInt64(0), row.GetFieldValue<DateTimeOffset>(1));
}

internal sealed record SessionRow(long Id, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt);

/// <summary>A session that PostgreSQL no longer has and Redis must be told about.</summary>
internal sealed record EndedSession(long Id, DateTimeOffset ExpiresAt);
