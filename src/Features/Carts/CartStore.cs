using System.Text.Json;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;

namespace Doorbuster.Carts;

/// <summary>Carts in their table. Every write is a compare-and-set on the version it was decided on.</summary>
internal sealed class CartStore(
    [FromKeyedServices(CartsFeature.SchemaName)] NpgsqlDataSource db,
    [FromKeyedServices(CartsFeature.SchemaName)] GroupCommit together)
{
    private const string Columns = "c.person, c.is_guest, c.version, c.lines::text, c.recent::text";

    public Task<Cart?> Find(long person, CancellationToken cancel) => together.QueryFirst(
        $"select {Columns} from carts.carts c where c.person = $1", row => Read(row, 0), cancel,
        new NpgsqlParameter { Value = person });

    /// <summary>
    /// Writes the cart of somebody who had none; or returns the one he has, for which it was decided in vain. One
    /// statement either way, so nobody has to look first.
    /// </summary>
    public async Task<Made> TryMake(Cart cart, DateTimeOffset now, CancellationToken cancel) =>
        (await together.QueryFirst(
            $"""
            with made as (
              insert into carts.carts (person, is_guest, version, lines, recent, changed_at)
              values ($1, $2, $3, $4, $5, $6)
              on conflict (person) do nothing
              returning person
            )
            select exists (select from made), {Columns}
            from (select) as one left join carts.carts c on c.person = $1
            """,
            row => new Made(row.GetBoolean(0), row.IsDBNull(1) ? null : Read(row, 1)), cancel,
            Parameters(cart, now.ToUnixTimeMilliseconds(), now)))!;

    /// <summary>False when it is no longer of the version it was decided on.</summary>
    public async Task<bool> TryWrite(Cart cart, DateTimeOffset now, CancellationToken cancel) =>
        await together.Execute(Update, cancel, Parameters(cart, cart.Version + 1, now)) == 1;

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
    public static Task Write(
        NpgsqlTransaction transaction, Cart cart, DateTimeOffset now, CancellationToken cancel) => transaction.Execute(
        """
        update carts.carts set version = $3, lines = $4, recent = $5, changed_at = $6, is_guest = $2
        where person = $1
        """,
        cancel, Parameters(cart, cart.Version + 1, now));

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

    private const string Update =
        """
        update carts.carts set version = $3, lines = $4, recent = $5, changed_at = $6, is_guest = $2
        where person = $1 and version = $3 - 1
        """;

    private static NpgsqlParameter[] Parameters(Cart cart, long version, DateTimeOffset now) =>
    [
        new() { Value = cart.Person },
        new() { Value = cart.IsGuest },
        new() { Value = version },
        new()
        {
            Value = JsonSerializer.SerializeToUtf8Bytes(cart.Lines, CartsJson.Default.IReadOnlyListCartLine),
            NpgsqlDbType = NpgsqlDbType.Jsonb,
        },
        new()
        {
            Value = JsonSerializer.SerializeToUtf8Bytes(cart.Recent, CartsJson.Default.IReadOnlyListAddition),
            NpgsqlDbType = NpgsqlDbType.Jsonb,
        },
        new() { Value = now },
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

/// <param name="Existing">The cart that is there instead; null when it was made this moment by somebody else, and cannot be
/// seen yet.</param>
internal sealed record Made(bool IsMade, Cart? Existing);
