using System.Text.Json.Nodes;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform.Audit;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;

namespace Doorbuster.Coupons;

internal sealed class TemplateStore([FromKeyedServices(CouponsFeature.SchemaName)] NpgsqlDataSource db)
{
    public const string Columns =
        """
        t.id, t.handle, t.title, t.claim_by, t.percent_bp, t.amount_minor, t.cap_minor, t.currency, t.minimum_minor, t.scope,
        t.scope_values, t.total, t.per_person, t.is_stackable, t.returns_on_refund, t.valid_s, t.opens_at, t.closes_at,
        t.usable_until, t.state, t.version, t.applied
        """;
    public const int ColumnCount = 22;

    public ValueTask<NpgsqlConnection> Connect(CancellationToken cancel) => db.OpenConnectionAsync(cancel);

    public Task<CouponTemplate?> Find(long id, CancellationToken cancel) => db.QueryFirst(
        $"select {Columns} from coupons.templates t where id = $1",
        row => Read(row), cancel, new NpgsqlParameter { Value = id });

    public Task<CouponTemplate?> FindByHandle(string handle, CancellationToken cancel) => db.QueryFirst(
        $"select {Columns} from coupons.templates t where handle = $1",
        row => Read(row), cancel, new NpgsqlParameter { Value = handle });

    public Task<CouponTemplate?> FindByRequest(string requestKey, CancellationToken cancel) => db.QueryFirst(
        $"select {Columns} from coupons.templates t where request_key = $1",
        row => Read(row), cancel, new NpgsqlParameter { Value = requestKey });

    /// <summary>Newest first, below the cursor.</summary>
    public Task<List<CouponTemplate>> List(long before, int limit, CancellationToken cancel) => db.Query(
        $"select {Columns} from coupons.templates t where id < $1 order by id desc limit $2",
        row => Read(row), cancel, new NpgsqlParameter { Value = before }, new NpgsqlParameter { Value = limit });

    /// <summary>What anybody may claim by one click now, newest first.</summary>
    public Task<List<CouponTemplate>> ListOffers(long before, int limit, CancellationToken cancel) => db.Query(
        $"""
        select {Columns} from coupons.templates t
        where id < $1 and claim_by = 0 and state = 0 and applied > 0 and opens_at <= now()
          and (closes_at is null or closes_at > now())
        order by id desc limit $2
        """,
        row => Read(row), cancel, new NpgsqlParameter { Value = before }, new NpgsqlParameter { Value = limit });

    public Task<List<long>> ListPending(int limit, CancellationToken cancel) => db.Query(
        "select id from coupons.templates where applied < version order by id limit $1",
        row => row.GetInt64(0), cancel, new NpgsqlParameter { Value = limit });

    /// <summary>False when its handle is taken, or the same request made its template before.</summary>
    public async Task<bool> Insert(
        CouponTemplate template, string? requestKey, string by, DateTimeOffset now, CancellationToken cancel) =>
        await db.ExecuteAudited(
            new("coupon_template.create", template.PublicId, null, Facts(template)),
            """
            with made as (
              insert into coupons.templates
                (id, handle, title, claim_by, percent_bp, amount_minor, cap_minor, currency, minimum_minor, scope,
                 scope_values, total, per_person, is_stackable, returns_on_refund, valid_s, opens_at, closes_at,
                 usable_until, state, made_at, request_key)
              values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
              on conflict do nothing
              returning id)
            insert into coupons.changes
              (template, version, title, total, opens_at, closes_at, usable_until, state, changed_at, changed_by)
            select id, 1, $3, $12, $17, $18, $19, $20, $21, $23 from made
            """,
            cancel,
            new() { Value = template.Id }, new() { Value = template.Handle }, new() { Value = template.Title },
            new() { Value = (short)template.ClaimBy }, OrNull(template.Terms.PercentBasisPoints, NpgsqlDbType.Integer),
            OrNull(template.Terms.AmountMinor, NpgsqlDbType.Bigint), OrNull(template.Terms.CapMinor, NpgsqlDbType.Bigint),
            new() { Value = template.Terms.Currency }, new() { Value = template.Terms.MinimumMinor },
            new() { Value = (short)template.Terms.Scope }, new() { Value = template.Terms.ScopeValues.ToArray() },
            OrNull(template.Total, NpgsqlDbType.Bigint), OrNull(template.LimitPerPerson, NpgsqlDbType.Integer),
            new() { Value = template.Terms.IsStackable }, new() { Value = template.ReturnsOnRefund },
            OrNull((long?)template.ValidFor?.TotalSeconds, NpgsqlDbType.Bigint), new() { Value = template.OpensAt },
            OrNull(template.ClosesAt, NpgsqlDbType.TimestampTz), OrNull(template.UsableUntil, NpgsqlDbType.TimestampTz),
            new() { Value = (short)template.State }, new() { Value = now },
            new() { Value = (object?)requestKey ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
            new() { Value = by }) > 0;

    /// <summary>Writes the next version; false when another change came first.</summary>
    /// <param name="old">What the change began with.</param>
    public async Task<bool> Change(
        CouponTemplate old, CouponTemplate next, string by, DateTimeOffset now, CancellationToken cancel) =>
        await db.ExecuteAudited(
            AuditNote.Of("coupon_template.change", next.PublicId, Facts(old), Facts(next)),
            """
            with changed as (
              update coupons.templates
              set title = $3, total = $4, opens_at = $5, closes_at = $6, usable_until = $7, state = $8, version = $2
              where id = $1 and version = $2 - 1
              returning id)
            insert into coupons.changes
              (template, version, title, total, opens_at, closes_at, usable_until, state, changed_at, changed_by)
            select id, $2, $3, $4, $5, $6, $7, $8, $9, $10 from changed
            """,
            cancel,
            new() { Value = next.Id }, new() { Value = next.Version }, new() { Value = next.Title },
            OrNull(next.Total, NpgsqlDbType.Bigint), new() { Value = next.OpensAt },
            OrNull(next.ClosesAt, NpgsqlDbType.TimestampTz), OrNull(next.UsableUntil, NpgsqlDbType.TimestampTz),
            new() { Value = (short)next.State }, new() { Value = now }, new() { Value = by }) > 0;

    /// <summary>What the audit log says of a template.</summary>
    private static JsonObject Facts(CouponTemplate template) => new()
    {
        ["handle"] = template.Handle,
        ["title"] = template.Title,
        ["percentBasisPoints"] = template.Terms.PercentBasisPoints,
        ["amount"] = template.Terms.AmountMinor,
        ["currency"] = template.Terms.Currency,
        ["minimum"] = template.Terms.MinimumMinor,
        ["total"] = template.Total,
        ["limitPerPerson"] = template.LimitPerPerson,
        ["opensAt"] = template.OpensAt,
        ["closesAt"] = template.ClosesAt,
        ["usableUntil"] = template.UsableUntil,
        ["state"] = template.State.ToString(),
    };

    /// <summary>The template, locked: the one who holds it carries it to the pool.</summary>
    public static async Task<CouponTemplate?> Lock(NpgsqlTransaction transaction, long id, CancellationToken cancel) =>
        (await transaction.Query(
            $"select {Columns} from coupons.templates t where id = $1 for update",
            row => Read(row), cancel, new NpgsqlParameter { Value = id })).FirstOrDefault();

    public static Task MarkApplied(NpgsqlTransaction transaction, CouponTemplate template, CancellationToken cancel) =>
        transaction.Execute(
            "update coupons.templates set applied = $2 where id = $1",
            cancel, new NpgsqlParameter { Value = template.Id }, new NpgsqlParameter { Value = template.Version });

    /// <summary>The pool refused the last version: goes on with what it has, as a version of its own.</summary>
    public static Task Restore(
        NpgsqlTransaction transaction, CouponTemplate template, DateTimeOffset now, CancellationToken cancel) =>
        transaction.Execute(
            """
            with kept as (select * from coupons.changes where template = $1 and version = $2),
            restored as (
              update coupons.templates t
              set title = k.title, total = k.total, opens_at = k.opens_at, closes_at = k.closes_at,
                  usable_until = k.usable_until, state = k.state, version = t.version + 1, applied = t.version + 1
              from kept k where t.id = k.template
              returning t.id, t.version)
            insert into coupons.changes
              (template, version, title, total, opens_at, closes_at, usable_until, state, changed_at, changed_by)
            select r.id, r.version, k.title, k.total, k.opens_at, k.closes_at, k.usable_until, k.state, $3,
              'refused by the pool'
            from restored r join kept k on k.template = r.id
            """,
            cancel,
            new NpgsqlParameter { Value = template.Id }, new NpgsqlParameter { Value = template.Applied },
            new NpgsqlParameter { Value = now });

    public static CouponTemplate Read(NpgsqlDataReader row, int at = 0) => new()
    {
        Id = row.GetInt64(at),
        Handle = row.GetString(at + 1),
        Title = row.GetString(at + 2),
        ClaimBy = (ClaimBy)row.GetInt16(at + 3),
        Terms = new CouponTerms(
            row.ValueOrNull<int>(at + 4), row.ValueOrNull<long>(at + 5), row.ValueOrNull<long>(at + 6),
            row.GetString(at + 7), row.GetInt64(at + 8), (CouponScope)row.GetInt16(at + 9),
            row.GetFieldValue<string[]>(at + 10), row.GetBoolean(at + 13)),
        Total = row.ValueOrNull<long>(at + 11),
        LimitPerPerson = row.ValueOrNull<int>(at + 12),
        ReturnsOnRefund = row.GetBoolean(at + 14),
        ValidFor = row.ValueOrNull<long>(at + 15) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        OpensAt = row.GetFieldValue<DateTimeOffset>(at + 16),
        ClosesAt = row.ValueOrNull<DateTimeOffset>(at + 17),
        UsableUntil = row.ValueOrNull<DateTimeOffset>(at + 18),
        State = (PoolState)row.GetInt16(at + 19),
        Version = row.GetInt32(at + 20),
        Applied = row.GetInt32(at + 21),
    };

    private static NpgsqlParameter OrNull<T>(T? value, NpgsqlDbType type) where T : struct =>
        new() { Value = value is { } there ? there : DBNull.Value, NpgsqlDbType = type };
}
