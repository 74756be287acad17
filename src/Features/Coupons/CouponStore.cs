using Doorbuster.Contracts.Claims;
using Doorbuster.Contracts.Orders;
using Doorbuster.Contracts.People;
using Doorbuster.Platform.Messaging;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.Coupons;

internal sealed class CouponStore([FromKeyedServices(CouponsFeature.SchemaName)] NpgsqlDataSource db, IClaims claims)
{
    public const string PartName = "coupons";

    private const string Select =
        $"""
        select {TemplateStore.Columns}, c.id, c.person, c.claimed_at, c.expires_at, c.state, c.reserved_until, c.order_id,
          c.used_at
        from coupons.coupons c join coupons.templates t on t.id = c.template
        """;

    // Free, or reserved by a checkout that did nothing with it in time.
    private const string IsFree = "(c.state = 0 or c.state = 1 and c.reserved_until <= now())";

    private const string IsUsable =
        $"{IsFree} and (c.expires_at is null or c.expires_at > now()) and (t.usable_until is null or t.usable_until > now())";

    /// <summary>The person's coupons among these, in any order; also those whose claim is not written yet.</summary>
    public async Task<List<Coupon>> FindMany(long person, IReadOnlyCollection<long> ids, CancellationToken cancel)
    {
        var found = await Read();
        var missing = ids.Except(found.Select(coupon => coupon.Id)).ToList();
        return missing.Count > 0 && await WriteClaimed(person, missing, cancel) > 0 ? await Read() : found;

        Task<List<Coupon>> Read() => db.Query(
            $"{Select} where c.id = any($1) and c.person = $2", Read1, cancel,
            new NpgsqlParameter { Value = ids.ToArray() }, new NpgsqlParameter { Value = person });
    }

    /// <summary>Newest first, below the cursor.</summary>
    public Task<List<Coupon>> List(long person, long before, int limit, bool usableOnly, CancellationToken cancel) =>
        db.Query(
            $"""
            {Select} where c.person = $1 and c.id < $2 {(usableOnly ? $"and {IsUsable}" : "")}
            order by c.id desc limit $3
            """,
            Read1, cancel, new NpgsqlParameter { Value = person }, new NpgsqlParameter { Value = before },
            new NpgsqlParameter { Value = limit });

    /// <summary>Usable coupons, those that end first, first.</summary>
    public Task<List<Coupon>> ListEnding(long person, int limit, CancellationToken cancel) => db.Query(
        $"""
        {Select} where c.person = $1 and {IsUsable}
        order by least(c.expires_at, t.usable_until) nulls last, c.id limit $2
        """,
        Read1, cancel, new NpgsqlParameter { Value = person }, new NpgsqlParameter { Value = limit });

    public async Task<long> CountUsable(long person, CancellationToken cancel) => (await db.Query(
        $"""
        select count(*) from coupons.coupons c join coupons.templates t on t.id = c.template
        where c.person = $1 and {IsUsable}
        """,
        row => row.GetInt64(0), cancel, new NpgsqlParameter { Value = person }))[0];

    /// <summary>How many coupons of the template are free, reserved, bound and used.</summary>
    public Task<List<(CouponState State, long Count)>> Count(long template, CancellationToken cancel) => db.Query(
        "select state, count(*) from coupons.coupons where template = $1 group by state",
        row => ((CouponState)row.GetInt16(0), row.GetInt64(1)), cancel, new NpgsqlParameter { Value = template });

    /// <summary>Writes coupons of claims whose message has not come yet; how many of these claims there are.</summary>
    public async Task<int> WriteClaimed(long person, IReadOnlyCollection<long> ids, CancellationToken cancel)
    {
        var own = (await claims.FindMany(ids, cancel)).Where(claim => claim.Person == person).ToList();
        if (own.Count == 0)
            return 0;
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        foreach (var ofPool in own.GroupBy(claim => claim.Pool))
            await Write(
                transaction, ofPool.Key, [.. ofPool.Select(claim => claim.Id)], [.. ofPool.Select(claim => claim.Person)],
                [.. ofPool.Select(claim => claim.MadeAt)], cancel);
        await transaction.CommitAsync(cancel);
        return own.Count;
    }

    /// <summary>A coupon has its claim's id, so writing it twice writes it once. A pool that is no template's: nothing.</summary>
    public static Task<int> Write(
        NpgsqlTransaction transaction, long template, long[] ids, long[] people, DateTimeOffset[] madeAt,
        CancellationToken cancel) => transaction.Execute(
            """
            insert into coupons.coupons (id, template, person, claimed_at, expires_at)
            select c.id, t.id, c.person, c.made_at, c.made_at + t.valid_s * interval '1 second'
            from unnest($2, $3, $4) as c (id, person, made_at) join coupons.templates t on t.id = $1
            on conflict (id) do nothing
            """,
            cancel, new() { Value = template }, new() { Value = ids }, new() { Value = people },
            new() { Value = madeAt });

    /// <summary>All of them for the checkout, or none; null when one is not written, or not the person's.</summary>
    public async Task<bool?> TryReserve(
        long person, long[] ids, long checkout, DateTimeOffset until, CancellationToken cancel)
    {
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);

        // Locked in one order, so that two checkouts with the same coupons cannot wait for each other; and in a statement of
        // its own, because what a statement reads is older than a lock it waits for.
        var locked = await transaction.Query(
            "select id from coupons.coupons where id = any($1) and person = $2 order by id for update",
            row => row.GetInt64(0), cancel,
            new NpgsqlParameter { Value = ids }, new NpgsqlParameter { Value = person });
        if (locked.Count < ids.Length)
            return null;
        var taken = await transaction.Execute(
            $"""
            update coupons.coupons c
            set state = greatest(c.state, 1::smallint), checkout = $3,
                reserved_until = case when c.state < 2 then greatest(c.reserved_until, $4) end
            from coupons.templates t
            where c.id = any($1) and c.person = $2 and t.id = c.template
              and (c.checkout = $3 or {IsUsable})
            """,
            cancel, new() { Value = ids }, new() { Value = person }, new() { Value = checkout }, new() { Value = until });
        if (taken < ids.Length)
            return false;
        await transaction.CommitAsync(cancel);
        return true;
    }

    public Task Release(long checkout, CancellationToken cancel) => db.Execute(
        """
        update coupons.coupons set state = 0, checkout = null, reserved_until = null
        where checkout = $1 and state = 1
        """, cancel, new NpgsqlParameter { Value = checkout });

    /// <summary>Follows what became of the orders; messages may come in any order and twice.</summary>
    public static async Task Follow(NpgsqlTransaction transaction, OrdersMoved moved, CancellationToken cancel)
    {
        var set = moved.To switch
        {
            "placed" => Bind,
            "paid" => Use,
            "cancelled" => Return,
            "refunded" => ReturnOrUse,
            _ => null,
        };
        var orders = moved.Orders
            .Where(order => order.Checkout is not null && (moved.To != "refunded" || order.RefundedMinor >= order.TotalMinor))
            .ToList();
        if (set is null || orders.Count == 0)
            return;

        // The last moment of the order counts: what is returned has no checkout any more, so nothing else finds it.
        var people = await transaction.Query(
            set, row => row.GetInt64(0), cancel,
            new() { Value = orders.Select(order => order.Id).ToArray() },
            new() { Value = orders.Select(order => order.Checkout!.Value).ToArray() },
            new() { Value = moved.At });
        if (people.Count > 0)
            await transaction.Publish(
                new PersonChanged { People = [.. people.Distinct()], Part = PartName }, cancel);
    }

    // Of an order's checkout: what it has, and what came back to nobody when another order of it ended.
    private const string Locked =
        """
        with asked as (select * from unnest($1::bigint[], $2::bigint[]) as o (id, checkout)),
        found as (
          select c.id, a.id as order_id, a.checkout
          from asked a join coupons.coupons c on c.checkout = a.checkout
          union all
          select c.id, a.id, a.checkout
          from asked a join coupons.coupons c on c.ended_checkout = a.checkout and c.state = 0),
        mine as (
          select c.id, c.state, c.order_id as bound, f.order_id, f.checkout, t.returns_on_refund
          from found f join coupons.coupons c on c.id = f.id join coupons.templates t on t.id = c.template
          where c.checkout = f.checkout
            or c.state = 0 and c.ended_checkout = f.checkout and c.ended_order is distinct from f.order_id
          order by c.id for update of c)
        """;

    private const string Bind =
        $"""
        {Locked}
        update coupons.coupons c set state = 2, checkout = m.checkout, order_id = m.order_id, reserved_until = null
        from mine m where c.id = m.id and m.state < 2 and $3 is not null
          and c.ended_order is distinct from m.order_id
        returning c.person
        """;

    private const string Use =
        $"""
        {Locked}
        update coupons.coupons c
        set state = 3, checkout = m.checkout, order_id = m.order_id, reserved_until = null, used_at = $3
        from mine m where c.id = m.id and m.state < 3
        returning c.person
        """;

    private const string Return =
        $"""
        {Locked}
        update coupons.coupons c
        set state = 0, ended_checkout = m.checkout, ended_order = m.order_id, checkout = null, order_id = null,
            reserved_until = null, used_at = null
        from mine m where c.id = m.id and m.state > 0 and coalesce(m.bound, m.order_id) = m.order_id and $3 is not null
        returning c.person
        """;

    private const string ReturnOrUse =
        $"""
        {Locked}
        update coupons.coupons c
        set state = case when m.returns_on_refund then 0 else 3 end,
            ended_checkout = case when m.returns_on_refund then m.checkout else c.ended_checkout end,
            ended_order = case when m.returns_on_refund then m.order_id else c.ended_order end,
            checkout = case when m.returns_on_refund then null else m.checkout end,
            order_id = case when m.returns_on_refund then null else m.order_id end,
            reserved_until = null,
            used_at = case when m.returns_on_refund then null else coalesce(c.used_at, $3) end
        from mine m
        where c.id = m.id and coalesce(m.bound, m.order_id) = m.order_id
          and (m.returns_on_refund and m.state > 0 or not m.returns_on_refund and m.state < 3)
        returning c.person
        """;

    /// <summary>Names nobody any more; the numbers stay.</summary>
    public static Task Forget(NpgsqlTransaction transaction, long person, CancellationToken cancel) => transaction.Execute(
        """
        with coupons as (update coupons.coupons set person = 0 where person = $1)
        update coupons.codes set person = 0 where person = $1
        """, cancel, new NpgsqlParameter { Value = person });

    private static Coupon Read1(NpgsqlDataReader row)
    {
        const int at = TemplateStore.ColumnCount;
        return new Coupon
        {
            Template = TemplateStore.Read(row),
            Id = row.GetInt64(at),
            Person = row.GetInt64(at + 1),
            ClaimedAt = row.GetFieldValue<DateTimeOffset>(at + 2),
            ExpiresAt = row.ValueOrNull<DateTimeOffset>(at + 3),
            State = (CouponState)row.GetInt16(at + 4),
            ReservedUntil = row.ValueOrNull<DateTimeOffset>(at + 5),
            Order = row.ValueOrNull<long>(at + 6),
            UsedAt = row.ValueOrNull<DateTimeOffset>(at + 7),
        };
    }
}
