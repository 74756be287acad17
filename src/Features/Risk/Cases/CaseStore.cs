using System.Text.Json;
using Doorbuster.Contracts.Orders;
using Doorbuster.Platform;
using Doorbuster.Platform.Audit;
using Doorbuster.Platform.Postgres;
using Doorbuster.Risk.Rules;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;

namespace Doorbuster.Risk.Cases;

/// <summary>What was seen of orders, what the rules count in it, and the cases they make.</summary>
internal sealed class CaseStore([FromKeyedServices(RiskFeature.SchemaName)] NpgsqlDataSource db)
{
    // Of one address: whoever sends thousands of orders there does not make each the dearer.
    private const int AddressRowsMax = 2_000;

    private const string Columns =
        """
        order_id, person, kind, currency, total_minor, placed_at, state, reasons::text, version, found_at, decided_at,
        decided_by, note
        """;

    public Task<NpgsqlConnection> Connect(CancellationToken cancel) => db.OpenConnectionAsync(cancel).AsTask();

    /// <summary>From here to its end the transaction is the only one that counts: two that count at once would each miss
    /// the other's orders.</summary>
    public static Task TakeTurn(NpgsqlTransaction transaction, CancellationToken cancel) =>
        transaction.Execute("select pg_advisory_xact_lock(hashtext('risk.count'))", cancel);

    /// <summary>Notes the orders, each once. Returns those that are over.</summary>
    public static async Task<HashSet<long>> See(
        NpgsqlTransaction transaction, IReadOnlyList<OrderFact> orders, DateTimeOffset? paidAt, bool areOver,
        CancellationToken cancel) =>
    [
        .. await transaction.Query(
            """
            with noted as (
              insert into risk.seen as s (order_id, person, address_key, placed_at, paid_at, is_over)
              select o.id, o.person, o.address_key, o.placed_at, $5, $6
              from unnest($1, $2, $3, $4) as o (id, person, address_key, placed_at)
              order by o.id
              on conflict (order_id) do update
                set paid_at = coalesce(s.paid_at, excluded.paid_at), is_over = s.is_over or excluded.is_over
              returning order_id, is_over)
            select order_id from noted where is_over
            """,
            row => row.GetInt64(0), cancel,
            new() { Value = orders.Select(order => order.Id).ToArray() },
            new() { Value = orders.Select(order => order.Person).ToArray() },
            Texts(orders), Times(orders), Time(paidAt), new() { Value = areOver }),
    ];

    /// <summary>What the rule counts for each of the orders, where it is at least the threshold.</summary>
    public static async Task<Dictionary<long, long>> Count(
        NpgsqlTransaction transaction, Rule rule, IReadOnlyList<OrderFact> orders, CancellationToken cancel)
    {
        if (rule.Kind == RuleKind.Value)
            return orders
                .Where(order => order.Currency == rule.Currency && order.TotalMinor >= rule.Threshold)
                .ToDictionary(order => order.Id, order => order.TotalMinor);

        var counted = rule.Kind switch
        {
            RuleKind.SharedAddress =>
                $"""
                select count(distinct near.person) from (
                  select s.person from risk.seen s
                  where s.address_key = o.address_key and s.placed_at > o.placed_at - $5 and s.placed_at <= o.placed_at
                  order by s.placed_at desc
                  limit {AddressRowsMax}) as near
                """,
            RuleKind.Speed =>
                """
                select count(*) from (
                  select from risk.seen s
                  where s.person = o.person and s.placed_at > o.placed_at - $5 and s.placed_at <= o.placed_at
                  limit 1001) as own
                """,
            _ =>
                """
                select count(*) from (
                  select from risk.seen s
                  where s.person = o.person and s.order_id <> o.id and s.placed_at > o.placed_at - $5
                    and s.paid_at < o.placed_at
                  limit 1001) as paid
                """,
        };
        var rows = await transaction.Query(
            $"""
            select o.id, n.count
            from unnest($1, $2, $3, $4) as o (id, person, address_key, placed_at)
            cross join lateral ({counted}) as n (count)
            where n.count >= $6
            """,
            row => (Order: row.GetInt64(0), Count: row.GetInt64(1)), cancel,
            new() { Value = orders.Select(order => order.Id).ToArray() },
            new() { Value = orders.Select(order => order.Person).ToArray() },
            Texts(orders), Times(orders), new() { Value = rule.Window!.Value }, new() { Value = rule.Threshold });
        return rows.ToDictionary(row => row.Order, row => row.Count);
    }

    /// <summary>Files what was found. A graver finding replaces a lesser one; what somebody decided stays.</summary>
    public static async Task<int> File(NpgsqlTransaction transaction, Case found, CancellationToken cancel) =>
        await transaction.Execute(
            """
            insert into risk.cases as c
              (order_id, person, kind, currency, total_minor, placed_at, state, reasons, found_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            on conflict (order_id) do update
              set state = excluded.state, reasons = excluded.reasons, found_at = excluded.found_at,
                  version = c.version + 1
              where c.state < excluded.state and c.state <= 2
            """,
            cancel, new() { Value = found.Order }, new() { Value = found.Person!.Value }, new() { Value = found.Kind },
            new() { Value = found.Currency }, new() { Value = found.TotalMinor }, Time(found.PlacedAt),
            new() { Value = (short)found.State },
            new()
            {
                Value = JsonSerializer.Serialize([.. found.Reasons], RiskJson.Default.ListReason),
                NpgsqlDbType = NpgsqlDbType.Jsonb,
            },
            Time(found.FoundAt));

    /// <summary>Cases that nobody decided, of orders that are over.</summary>
    public static Task<int> Close(
        NpgsqlTransaction transaction, long[] orders, DateTimeOffset now, CancellationToken cancel) =>
        transaction.Execute(
            """
            update risk.cases set state = 5, version = version + 1, decided_at = $2
            where order_id = any($1) and state = 2
            """,
            cancel, new() { Value = orders }, Time(now));

    public async Task<Case?> Find(long order, CancellationToken cancel) => await db.QueryFirst(
        $"select {Columns} from risk.cases where order_id = $1", Read, cancel, new NpgsqlParameter { Value = order });

    public static async Task<Case?> Find(NpgsqlTransaction transaction, long order, CancellationToken cancel) =>
        (await transaction.Query(
            $"select {Columns} from risk.cases where order_id = $1", Read, cancel,
            new NpgsqlParameter { Value = order })).SingleOrDefault();

    public static async Task<Case?> Lock(NpgsqlTransaction transaction, long order, CancellationToken cancel) =>
        (await transaction.Query(
            $"select {Columns} from risk.cases where order_id = $1 for update", Read, cancel,
            new NpgsqlParameter { Value = order })).SingleOrDefault();

    public static async Task Decide(
        NpgsqlTransaction transaction, Case old, CaseState to, string by, string? note, DateTimeOffset now,
        CancellationToken cancel)
    {
        await transaction.Execute(
            """
            update risk.cases set state = $2, version = version + 1, decided_at = $3, decided_by = $4, note = $5
            where order_id = $1
            """,
            cancel, new() { Value = old.Order }, new() { Value = (short)to }, Time(now), new() { Value = by },
            new() { Value = (object?)note ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        await transaction.Audit(
            "order.judge", PublicId.Format("ord", old.Order), new() { ["case"] = Case.NameOf(old.State) },
            new() { ["case"] = Case.NameOf(to), ["note"] = note }, cancel);
    }

    public Task<List<Case>> List(CaseState? state, long before, int count, CancellationToken cancel) => db.Query(
        $"""
        select {Columns} from risk.cases
        where order_id < $1 and ($2::smallint is null or state = $2)
        order by order_id desc
        limit $3
        """,
        Read, cancel, new() { Value = before },
        new() { Value = (object?)(short?)state ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Smallint },
        new() { Value = count });

    public Task<List<Case>> ListOf(long person, int count, CancellationToken cancel) => db.Query(
        $"select {Columns} from risk.cases where person = $1 order by order_id desc limit $2", Read, cancel,
        new() { Value = person }, new() { Value = count });

    public static async Task Erase(NpgsqlTransaction transaction, long person, CancellationToken cancel)
    {
        await transaction.Execute(
            "delete from risk.seen where person = $1", cancel, new NpgsqlParameter { Value = person });
        await transaction.Execute(
            "update risk.cases set person = null where person = $1", cancel, new NpgsqlParameter { Value = person });
    }

    public Task<int> RemoveSeen(DateTimeOffset before, int count, CancellationToken cancel) => db.Execute(
        """
        delete from risk.seen where order_id in (
          select order_id from risk.seen where placed_at < $1 limit $2)
        """,
        cancel, Time(before), new() { Value = count });

    private static Case Read(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.ValueOrNull<long>(1), row.GetString(2), row.GetString(3), row.GetInt64(4),
        row.GetFieldValue<DateTimeOffset>(5), (CaseState)row.GetInt16(6),
        JsonSerializer.Deserialize(row.GetString(7), RiskJson.Default.ListReason)!, row.GetInt32(8),
        row.GetFieldValue<DateTimeOffset>(9), row.ValueOrNull<DateTimeOffset>(10),
        row.IsDBNull(11) ? null : row.GetString(11), row.IsDBNull(12) ? null : row.GetString(12));

    private static NpgsqlParameter Texts(IReadOnlyList<OrderFact> orders) => new()
    {
        Value = orders.Select(order => order.AddressKey).ToArray(),
        NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text,
    };

    private static NpgsqlParameter Times(IReadOnlyList<OrderFact> orders) => new()
    {
        Value = orders.Select(order => order.PlacedAt.UtcDateTime).ToArray(),
        NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz,
    };

    private static NpgsqlParameter Time(DateTimeOffset? at) =>
        new() { Value = (object?)at?.UtcDateTime ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz };
}
