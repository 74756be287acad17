using System.Text.Json;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace Doorbuster.Carts;

/// <summary>Checkouts in their table. Reads for a person carry the owner's predicate; writes are compare-and-set.</summary>
internal sealed class CheckoutStore(
    [FromKeyedServices(CartsFeature.SchemaName)] NpgsqlDataSource db,
    [FromKeyedServices(CartsFeature.SchemaName)] GroupCommit together, IOptions<CartsOptions> options)
{
    private const string Columns =
        """
        c.id, c.person, c.is_guest, c.state, c.version, c.attempt, c.spent, c.cart_version, c.request_key, c.asked,
        c.wish::text, c.quote::text, c.order_id, c.replaced, c.expires_at, c.made_at
        """;

    private const int HeldMax = 100;

    private TimeSpan Lease => options.Value.OrderLease;

    private static readonly RowStatement<Checkout, long, bool> Adding = new(
        """
        insert into carts.checkouts (id, person, is_guest, state, version, cart_version, request_key, asked, wish, quote,
          currency, total_minor, expires_at, made_at, changed_at)
        select r.id, r.person, r.is_guest, 0, 1, r.cart_version, r.request_key, r.asked, r.wish::jsonb, r.quote::jsonb,
          r.currency, r.total_minor, r.expires_at, r.made_at, r.made_at
        from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) as r (
          id, person, is_guest, cart_version, request_key, asked, wish, quote, currency, total_minor, expires_at, made_at)
        on conflict (person, request_key) do nothing
        returning id
        """,
        checkout => checkout.Id, row => (row.GetInt64(0), true),
        rows =>
        [
            rows.Column(one => one.Id), rows.Column(one => one.Person), rows.Column(one => one.IsGuest),
            rows.Column(one => one.CartVersion), rows.Column(one => one.RequestKey), rows.Column(one => one.Asked),
            rows.Column(one => JsonSerializer.Serialize(one.Wish, CartsJson.Default.Wish)),
            rows.Column(one => JsonSerializer.Serialize(one.Quote, CartsJson.Default.Quote)),
            rows.Column(one => one.Quote.Currency), rows.Column(one => one.Quote.TotalMinor),
            rows.Column(one => one.ExpiresAt.UtcDateTime), rows.Column(one => one.MadeAt.UtcDateTime),
        ]);

    private static readonly RowStatement<(long Id, long Person), long, Checkout> Finding = new(
        $"""
        select {Columns}, c.state = 0 and c.cart_version is not null and exists (
          select from carts.checkouts s
          where s.person = c.person and s.cart_version = c.cart_version and s.state in (1, 2, 3, 5))
        from unnest($1, $2) as r (id, person)
        join carts.checkouts c on c.id = r.id and c.person = r.person
        """,
        wanted => wanted.Id, row => (row.GetInt64(0), Read(row) with { HasSibling = row.GetBoolean(16) }),
        rows => [rows.Column(one => one.Id), rows.Column(one => one.Person)]);

    private static readonly RowStatement<(Checkout Checkout, DateTime Now, DateTime Until), long, bool> Beginning = new(
        """
        update carts.checkouts c
        set state = 1, attempt = c.attempt + 1, version = c.version + 1, spent = false, lease_until = r.lease_until,
          changed_at = r.now
        from unnest($1, $2, $3, $4) as r (id, version, lease_until, now)
        where c.id = r.id and c.version = r.version and c.state = 0
        returning c.id
        """,
        begun => begun.Checkout.Id, row => (row.GetInt64(0), true),
        rows =>
        [
            rows.Column(one => one.Checkout.Id), rows.Column(one => one.Checkout.Version), rows.Column(one => one.Until),
            rows.Column(one => one.Now),
        ]);

    private static readonly RowStatement<(Checkout Checkout, DateTime Now), long, bool> Finishing = new(
        """
        with done as (
          update carts.checkouts k
          set state = r.state, order_id = r.order_id, replaced = r.replaced::bigint[], version = k.version + 1,
            lease_until = null, changed_at = r.now
          from unnest($1, $2, $3, $4, $5, $6) as r (id, attempt, state, order_id, replaced, now)
          where k.id = r.id and k.attempt = r.attempt and k.state = 1
            and (k.cart_version is null
              or not exists (select from carts.carts c where c.person = k.person and c.version <> k.cart_version))
          returning k.id, k.person, k.cart_version, k.changed_at
        ), emptied as (
          update carts.carts c set lines = '[]', version = c.version + 1, changed_at = done.changed_at
          from done where c.person = done.person and c.version = done.cart_version
        )
        select id from done
        """,
        done => done.Checkout.Id, row => (row.GetInt64(0), true),
        rows =>
        [
            rows.Column(one => one.Checkout.Id), rows.Column(one => one.Checkout.Attempt),
            rows.Column(one => (short)one.Checkout.State), rows.Column(one => one.Checkout.Order!.Value),
            rows.Column(one => $"{{{string.Join(',', one.Checkout.Replaced)}}}"), rows.Column(one => one.Now),
        ]);

    /// <summary>False when the person has one under this key already.</summary>
    public Task<bool> TryAdd(Checkout checkout, CancellationToken cancel) => together.Run(Adding, checkout, cancel);

    public Task<Checkout?> Find(long id, long person, CancellationToken cancel) =>
        together.Run(Finding, (id, person), cancel);

    public Task<Checkout?> FindByKey(long person, string key, CancellationToken cancel) => db.QueryFirst(
        $"select {Columns} from carts.checkouts c where c.person = $1 and c.request_key = $2", Read, cancel,
        new NpgsqlParameter { Value = person }, new NpgsqlParameter { Value = key });

    /// <summary>The checkout of this cart that is ordered or about to be; there is at most one.</summary>
    public Task<Checkout?> FindOrderedOf(long person, long cartVersion, CancellationToken cancel) => db.QueryFirst(
        $"""
        select {Columns} from carts.checkouts c
        where c.person = $1 and c.cart_version = $2 and c.state in (1, 2, 3, 5)
        """,
        Read, cancel, new NpgsqlParameter { Value = person }, new NpgsqlParameter { Value = cartVersion });

    public Task<List<Checkout>> FindMany(long[] ids, CancellationToken cancel) => db.Query(
        $"select {Columns} from carts.checkouts c where c.id = any($1)", Read, cancel,
        new NpgsqlParameter { Value = ids });

    /// <summary>The person's unpaid orders with units of this variant, the newest first.</summary>
    public Task<List<Checkout>> FindHolding(long person, string sku, CancellationToken cancel) => db.Query(
        $"""
        select {Columns} from carts.checkouts c
        where c.person = $1 and c.state = 2 and c.quote -> 'lines' @> $2
        order by c.id desc limit $3
        """,
        Read, cancel, new() { Value = person },
        new() { Value = SkuPattern(sku), NpgsqlDbType = NpgsqlDbType.Jsonb }, new() { Value = HeldMax });

    public async Task<long> UnitsHeld(long person, string sku, CancellationToken cancel) =>
        (await FindHolding(person, sku, cancel)).Sum(checkout =>
            checkout.Quote.Lines.Where(line => line.Sku == sku).Sum(line => (long)line.Quantity));

    /// <summary>Other wishes, another quote. False when it is no longer open or of another version.</summary>
    public async Task<bool> TryChange(Checkout changed, DateTimeOffset now, CancellationToken cancel) => await db.Execute(
        """
        update carts.checkouts
        set wish = $3, quote = $4, currency = $5, total_minor = $6, expires_at = $7, version = version + 1, changed_at = $8
        where id = $1 and version = $2 and state = 0
        """, cancel,
        new() { Value = changed.Id }, new() { Value = changed.Version }, Json(changed.Wish), Json(changed.Quote),
        new() { Value = changed.Quote.Currency }, new() { Value = changed.Quote.TotalMinor },
        new() { Value = changed.ExpiresAt }, new() { Value = now }) == 1;

    /// <summary>
    /// Files that its order is being made, before anything is taken outside. Of two checkouts of one cart the index lets
    /// one through.
    /// </summary>
    public async Task<Begun> Begin(Checkout checkout, DateTimeOffset now, CancellationToken cancel)
    {
        try
        {
            return await together.Run(Beginning, (checkout, now.UtcDateTime, (now + Lease).UtcDateTime), cancel)
                ? Begun.Yes
                : Begun.Stale;
        }
        catch (PostgresException taken) when (taken.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return Begun.CartTaken;
        }
    }

    /// <summary>Takes over what somebody left in the middle; null when somebody is still at it, or it is done.</summary>
    public Task<Checkout?> TryResume(long id, DateTimeOffset now, CancellationToken cancel) => db.QueryFirst(
        $"""
        update carts.checkouts c set lease_until = $2, changed_at = $3
        where c.id = $1 and c.state in (1, 5) and c.lease_until <= $3
        returning {Columns}
        """,
        Read, cancel, new() { Value = id }, new() { Value = now + Lease }, new() { Value = now });

    /// <summary>Those left in the middle, for whoever finishes them.</summary>
    public Task<List<long>> ListLeft(DateTimeOffset now, int count, CancellationToken cancel) => db.Query(
        "select id from carts.checkouts where state in (1, 5) and lease_until <= $1 order by lease_until limit $2",
        row => row.GetInt64(0), cancel, new NpgsqlParameter { Value = now }, new NpgsqlParameter { Value = count });

    /// <summary>Lets the next one take over at once.</summary>
    public Task EndLease(Checkout checkout, DateTimeOffset now, CancellationToken cancel) => db.Execute(
        "update carts.checkouts set lease_until = $3 where id = $1 and attempt = $2 and state in (1, 5)", cancel,
        new NpgsqlParameter { Value = checkout.Id }, new NpgsqlParameter { Value = checkout.Attempt },
        new NpgsqlParameter { Value = now });

    /// <summary>From here on the attempt only goes back. False when it was finished or undone by somebody else.</summary>
    public async Task<bool> TryUndo(Checkout checkout, bool spent, DateTimeOffset now, CancellationToken cancel) =>
        await db.Execute(
            """
            update carts.checkouts set state = 5, spent = $3, version = version + 1, lease_until = $4, changed_at = $5
            where id = $1 and attempt = $2 and state = 1
            """, cancel,
            new() { Value = checkout.Id }, new() { Value = checkout.Attempt }, new() { Value = spent },
            new() { Value = now + Lease }, new() { Value = now }) == 1;

    public Task Reopen(Checkout checkout, DateTimeOffset now, CancellationToken cancel) => db.Execute(
        """
        update carts.checkouts set state = 0, spent = false, lease_until = null, version = version + 1, changed_at = $3
        where id = $1 and attempt = $2 and state = 5
        """, cancel,
        new NpgsqlParameter { Value = checkout.Id }, new NpgsqlParameter { Value = checkout.Attempt },
        new NpgsqlParameter { Value = now });

    /// <summary>
    /// The order is placed: files it, and empties the cart it was made of if that is still what it was, in one statement.
    /// </summary>
    public Task<bool> TryFinish(Checkout checkout, DateTimeOffset now, CancellationToken cancel) =>
        together.Run(Finishing, (checkout, now.UtcDateTime), cancel);

    /// <summary>As <see cref="TryFinish"/>, for a cart that was changed since: what was ordered is taken out of it.</summary>
    public async Task<bool> TryFinishWithCart(Checkout checkout, DateTimeOffset now, CancellationToken cancel)
    {
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var carts = await CartStore.Lock(transaction, [checkout.Person], cancel);
        var done = await transaction.Execute(
            """
            update carts.checkouts
            set state = $3, order_id = $4, replaced = $5, version = version + 1, lease_until = null, changed_at = $6
            where id = $1 and attempt = $2 and state = 1
            """, cancel,
            new() { Value = checkout.Id }, new() { Value = checkout.Attempt }, new() { Value = (short)checkout.State },
            new() { Value = checkout.Order!.Value }, new() { Value = checkout.Replaced.ToArray() }, new() { Value = now });
        if (done == 0)
            return false;
        if (checkout.CartVersion is not null && carts is [var cart])
            await CartStore.Write(
                transaction, cart.Without(checkout.Quote.Lines.Select(line => (line.Sku, line.Quantity))), now, cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }

    /// <summary>What became of the orders; those that are not there yet are left out.</summary>
    public static Task<int> Settle(
        NpgsqlTransaction transaction, long[] ids, CheckoutState to, DateTimeOffset now, CancellationToken cancel) =>
        transaction.Execute(Settling, cancel, SettlingOf(ids, to, now));

    public Task<int> Settle(long id, CheckoutState to, DateTimeOffset now, CancellationToken cancel) =>
        db.Execute(Settling, cancel, SettlingOf([id], to, now));

    /// <summary>Open ones that nobody came back to.</summary>
    public Task<int> RemoveOld(DateTimeOffset before, int count, CancellationToken cancel) => db.Execute(
        """
        delete from carts.checkouts where id in (
          select id from carts.checkouts where state = 0 and changed_at < $1 limit $2 for update skip locked)
        """, cancel, new NpgsqlParameter { Value = before }, new NpgsqlParameter { Value = count });

    /// <summary>All of them from the oldest up, one at a time.</summary>
    public async IAsyncEnumerable<(Checkout Checkout, DateTimeOffset ChangedAt)> ReadAll(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        await using var command = db.CreateCommand($"select {Columns}, c.changed_at from carts.checkouts c order by c.id");
        command.CommandTimeout = 0;    // as long as the reader of the file takes
        await using var row = await command.ExecuteReaderAsync(cancel);
        while (await row.ReadAsync(cancel))
            yield return (Read(row), row.GetFieldValue<DateTimeOffset>(16));
    }

    /// <summary>Blanks what names the person; what was sold for how much stays.</summary>
    public static Task Forget(NpgsqlTransaction transaction, long person, CancellationToken cancel) => transaction.Execute(
        "update carts.checkouts set wish = wish - 'email' - 'shipTo', version = version + 1 where person = $1", cancel,
        new NpgsqlParameter { Value = person });

    public Task<List<Checkout>> ListOf(long person, int count, CancellationToken cancel) => db.Query(
        $"select {Columns} from carts.checkouts c where c.person = $1 order by c.id desc limit $2", Read, cancel,
        new NpgsqlParameter { Value = person }, new NpgsqlParameter { Value = count });

    private const string Settling =
        """
        update carts.checkouts set state = $2, version = version + 1, changed_at = $4
        where id = any($1) and state = any($3)
        """;

    private static NpgsqlParameter[] SettlingOf(long[] ids, CheckoutState to, DateTimeOffset now) =>
    [
        new() { Value = ids }, new() { Value = (short)to },
        new() { Value = CheckoutSteps.Before(to).Except([(short)CheckoutState.Placing]).ToArray() },
        new() { Value = now },
    ];

    private static byte[] SkuPattern(string sku) =>
        JsonSerializer.SerializeToUtf8Bytes([new SkuOnly(sku)], CartsJson.Default.SkuOnlyArray);

    private static NpgsqlParameter Json(Wish wish) => new()
    {
        Value = JsonSerializer.SerializeToUtf8Bytes(wish, CartsJson.Default.Wish),
        NpgsqlDbType = NpgsqlDbType.Jsonb,
    };

    private static NpgsqlParameter Json(Quote quote) => new()
    {
        Value = JsonSerializer.SerializeToUtf8Bytes(quote, CartsJson.Default.Quote),
        NpgsqlDbType = NpgsqlDbType.Jsonb,
    };

    private static Checkout Read(NpgsqlDataReader row) => new()
    {
        Id = row.GetInt64(0),
        Person = row.GetInt64(1),
        IsGuest = row.GetBoolean(2),
        State = (CheckoutState)row.GetInt16(3),
        Version = row.GetInt32(4),
        Attempt = row.GetInt32(5),
        Spent = row.GetBoolean(6),
        CartVersion = row.ValueOrNull<long>(7),
        RequestKey = row.GetString(8),
        Asked = row.GetString(9),
        Wish = JsonSerializer.Deserialize(row.GetString(10), CartsJson.Default.Wish)!,
        Quote = JsonSerializer.Deserialize(row.GetString(11), CartsJson.Default.Quote)!,
        Order = row.ValueOrNull<long>(12),
        Replaced = row.GetFieldValue<long[]>(13),
        ExpiresAt = row.GetFieldValue<DateTimeOffset>(14),
        MadeAt = row.GetFieldValue<DateTimeOffset>(15),
    };
}

internal enum Begun { Yes, Stale, CartTaken }

internal sealed record SkuOnly(string Sku);
