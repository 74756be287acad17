using System.Text.Json;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.Carts;

/// <summary>Carts in their table. Every write is a compare-and-set on the version it was decided on.</summary>
internal sealed class CartStore(
    [FromKeyedServices(CartsFeature.SchemaName)] NpgsqlDataSource db,
    [FromKeyedServices(CartsFeature.SchemaName)] GroupCommit together)
{
    private const string Columns = "c.person, c.is_guest, c.version, c.lines::text, c.recent::text";

    private static readonly RowStatement<long, long, Cart> Finding = new(
        $"select {Columns} from unnest($1) as r (person) join carts.carts c on c.person = r.person",
        person => person, row => (row.GetInt64(0), Read(row, 0)), rows => [rows.Column(person => person)]);

    private static readonly RowStatement<Writing, long, Made> Making = new(
        $"""
        with asked as materialized (
          select * from unnest($1, $2, $3, $4, $5, $6) as r (person, is_guest, version, lines, recent, changed_at)),
        made as (
          insert into carts.carts (person, is_guest, version, lines, recent, changed_at)
          select person, is_guest, version, lines::jsonb, recent::jsonb, changed_at from asked
          on conflict (person) do nothing
          returning person)
        select a.person, exists (select from made m where m.person = a.person), {Columns}
        from asked a left join carts.carts c on c.person = a.person
        """,
        cart => cart.Person,
        row => (row.GetInt64(0), new Made(row.GetBoolean(1), row.IsDBNull(2) ? null : Read(row, 2))), Parameters);

    private const string Change =
        """
        update carts.carts c
        set version = r.version, lines = r.lines::jsonb, recent = r.recent::jsonb, changed_at = r.changed_at,
          is_guest = r.is_guest
        from unnest($1, $2, $3, $4, $5, $6) as r (person, is_guest, version, lines, recent, changed_at)
        where c.person = r.person and c.version = r.version - 1
        returning c.person
        """;

    private static readonly RowStatement<Writing, long, bool> Changing = new(
        Change, cart => cart.Person, row => (row.GetInt64(0), true), Parameters);

    public Task<Cart?> Find(long person, CancellationToken cancel) => together.Run(Finding, person, cancel);

    /// <summary>
    /// Writes the cart of somebody who had none; or returns the one he has, for which it was decided in vain. One
    /// statement either way, so nobody has to look first.
    /// </summary>
    public async Task<Made> TryMake(Cart cart, DateTimeOffset now, CancellationToken cancel) =>
        (await together.Run(Making, Writing.Of(cart, now.ToUnixTimeMilliseconds(), now), cancel))!;

    /// <summary>False when it is no longer of the version it was decided on.</summary>
    public Task<bool> TryWrite(Cart cart, DateTimeOffset now, CancellationToken cancel) =>
        together.Run(Changing, Writing.Of(cart, cart.Version + 1, now), cancel);

    /// <summary>The carts of these people, locked in the order of their ids until the transaction ends.</summary>
    public static Task<List<Cart>> Lock(NpgsqlTransaction transaction, long[] people, CancellationToken cancel) =>
        transaction.Query(
            $"select {Columns} from carts.carts c where c.person = any($1) order by c.person for update",
            row => Read(row, 0), cancel, new NpgsqlParameter { Value = people });

    /// <summary>A row to lock where there was none.</summary>
    public static Task TryMakeEmpty(
        NpgsqlTransaction transaction, Cart cart, DateTimeOffset now, CancellationToken cancel) => transaction.Execute(
        """
        insert into carts.carts (person, is_guest, version, lines, recent, changed_at)
        values ($1, $2, $3, '[]', '[]', $4)
        on conflict (person) do nothing
        """, cancel,
        new NpgsqlParameter { Value = cart.Person }, new NpgsqlParameter { Value = cart.IsGuest },
        new NpgsqlParameter { Value = now.ToUnixTimeMilliseconds() }, new NpgsqlParameter { Value = now });

    /// <summary>Writes a cart that is locked.</summary>
    public static Task Write(NpgsqlTransaction transaction, Cart cart, DateTimeOffset now, CancellationToken cancel) =>
        transaction.Execute(Change, cancel, Parameters([Writing.Of(cart, cart.Version + 1, now)]));

    public static Task Delete(NpgsqlTransaction transaction, long person, CancellationToken cancel) =>
        transaction.Execute(
            "delete from carts.carts where person = $1", cancel, new NpgsqlParameter { Value = person });

    /// <summary>Carts nobody will come back to: guests' whose token has expired, and those without an item.</summary>
    public Task<int> RemoveAbandoned(
        DateTimeOffset guestsBefore, DateTimeOffset emptyBefore, int count, CancellationToken cancel) => db.Execute(
        """
        delete from carts.carts where person in (
          select person from carts.carts
          where (is_guest and changed_at < $1) or (lines = '[]' and changed_at < $2)
          limit $3 for update skip locked)
        """, cancel,
        new NpgsqlParameter { Value = guestsBefore }, new NpgsqlParameter { Value = emptyBefore },
        new NpgsqlParameter { Value = count });

    private static NpgsqlParameter[] Parameters(IReadOnlyList<Writing> rows) =>
    [
        rows.Column(one => one.Person), rows.Column(one => one.IsGuest), rows.Column(one => one.Version),
        rows.Column(one => one.Lines), rows.Column(one => one.Recent), rows.Column(one => one.ChangedAt),
    ];

    private static Cart Read(NpgsqlDataReader row, int from) => new()
    {
        Person = row.GetInt64(from),
        IsGuest = row.GetBoolean(from + 1),
        Version = row.GetInt64(from + 2),
        Lines = JsonSerializer.Deserialize(row.GetString(from + 3), CartsJson.Default.IReadOnlyListCartLine)!,
        Recent = JsonSerializer.Deserialize(row.GetString(from + 4), CartsJson.Default.IReadOnlyListAddition)!,
    };
}

/// <summary>A cart as it is to be written.</summary>
internal sealed record Writing(long Person, bool IsGuest, long Version, string Lines, string Recent, DateTime ChangedAt)
{
    public static Writing Of(Cart cart, long version, DateTimeOffset now) => new(
        cart.Person, cart.IsGuest, version,
        JsonSerializer.Serialize(cart.Lines, CartsJson.Default.IReadOnlyListCartLine),
        JsonSerializer.Serialize(cart.Recent, CartsJson.Default.IReadOnlyListAddition), now.UtcDateTime);
}

/// <param name="Existing">The cart that is there instead; null when it was made this moment by somebody else, and cannot be
/// seen yet.</param>
internal sealed record Made(bool IsMade, Cart? Existing);
