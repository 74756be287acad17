using Doorbuster.Platform;
using Doorbuster.Platform.Audit;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.Coupons;

internal abstract record CodeOutcome
{
    private CodeOutcome() { }
    public sealed record Yours(long Template) : CodeOutcome;
    public sealed record Taken : CodeOutcome;
    public sealed record Unknown : CodeOutcome;
}

internal abstract record Imported
{
    private Imported() { }
    public sealed record Codes(int Added, long Total) : Imported;

    /// <summary>So many are another template's; nothing was added.</summary>
    public sealed record Elsewhere(int Count) : Imported;

    /// <summary>There would be more than a template may have; nothing was added.</summary>
    public sealed record TooMany : Imported;
}

internal sealed record CouponCode(string Code, long Number, DateTimeOffset? TakenAt);

internal sealed class CodeStore([FromKeyedServices(CouponsFeature.SchemaName)] NpgsqlDataSource db, TimeProvider clock)
{
    public const int TemplateMax = 1_000_000;

    /// <summary>The first to enter it has it: compare and set. He may enter it again.</summary>
    public async Task<CodeOutcome> Take(string code, long person, CancellationToken cancel)
    {
        var rows = await db.Query<(long Template, bool IsMine)>(
            """
            with taken as (
              update coupons.codes
              set person = $2, attempts = case when person is null then 1 else attempts + 1 end,
                  taken_at = coalesce(taken_at, $3)
              where code = $1 and (person is null or person = $2)
              returning template)
            select template, true from taken
            union all
            select template, false from coupons.codes where code = $1 and not exists (select from taken)
            """,
            row => (row.GetInt64(0), row.GetBoolean(1)), cancel,
            new() { Value = code }, new() { Value = person }, new() { Value = clock.GetUtcNow() });
        return rows switch
        {
            [(var template, true)] => new CodeOutcome.Yours(template),
            [_] => new CodeOutcome.Taken(),
            _ => new CodeOutcome.Unknown(),
        };
    }

    /// <summary>
    /// The claim under it was refused, so somebody else may have it. Not when it was entered more than once: then another of
    /// his requests may still be on its way to a claim, and the code stays his.
    /// </summary>
    public Task GiveBack(string code, long person, CancellationToken cancel) => db.Execute(
        """
        update coupons.codes set person = null, attempts = 0, taken_at = null
        where code = $1 and person = $2 and attempts = 1
        """, cancel, new NpgsqlParameter { Value = code }, new NpgsqlParameter { Value = person });

    /// <summary>Null when the template would have more than <see cref="TemplateMax"/>; else how many it has then.</summary>
    public static async Task<long?> Generate(
        NpgsqlTransaction transaction, long template, int count, CancellationToken cancel)
    {
        var there = (await transaction.Query(
            "select count(*) from coupons.codes where template = $1", row => row.GetInt64(0), cancel,
            new NpgsqlParameter { Value = template }))[0];
        if (there + count > TemplateMax)
            return null;
        var (wanted, before) = (count, there);
        while (count > 0)    // twice the same number in 80 bits will not happen; if it does, one more is drawn
        {
            var made = await transaction.Execute(
                "insert into coupons.codes (code, template) select unnest($1), $2 on conflict do nothing", cancel,
                new NpgsqlParameter { Value = Enumerable.Range(0, count).Select(_ => CouponCodes.New()).ToArray() },
                new NpgsqlParameter { Value = template });
            (count, there) = (count - made, there + made);
        }
        await transaction.Audit(
            "coupon_codes.make", PublicId.Format(CouponTemplate.PublicPrefix, template),
            new() { ["codes"] = before }, new() { ["codes"] = there, ["made"] = wanted }, cancel);
        return there;
    }

    /// <summary>All of these codes or none; those that the template has already change nothing.</summary>
    public async Task<Imported> Import(long template, IReadOnlyList<string> codes, CancellationToken cancel)
    {
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        // In one order: two files with the same codes wait for each other instead of deadlocking.
        var wanted = new NpgsqlParameter { Value = codes.Order(StringComparer.Ordinal).ToArray() };
        var added = await transaction.Execute(
            "insert into coupons.codes (code, template) select code, $2 from unnest($1) with ordinality as c (code, n) order by n "
            + "on conflict do nothing",
            cancel, wanted, new() { Value = template });
        var elsewhere = (await transaction.Query(
            "select count(*)::int from coupons.codes where code = any($1) and template <> $2", row => row.GetInt32(0), cancel,
            wanted.Clone(), new() { Value = template }))[0];
        if (elsewhere > 0)
            return new Imported.Elsewhere(elsewhere);
        var total = (await transaction.Query(
            "select count(*) from coupons.codes where template = $1", row => row.GetInt64(0), cancel,
            new NpgsqlParameter { Value = template }))[0];
        if (total > TemplateMax)
            return new Imported.TooMany();
        if (added > 0)
            await transaction.Audit(
                "coupon_codes.import", PublicId.Format(CouponTemplate.PublicPrefix, template),
                new() { ["codes"] = total - added }, new() { ["codes"] = total, ["added"] = added }, cancel);
        await transaction.CommitAsync(cancel);
        return new Imported.Codes(added, total);
    }

    public async Task<long?> Generate(long template, int count, CancellationToken cancel)
    {
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var all = await Generate(transaction, template, count, cancel);
        await transaction.CommitAsync(cancel);
        return all;
    }

    /// <summary>In the order in which they were made, above the cursor.</summary>
    public Task<List<CouponCode>> List(long template, long after, int limit, CancellationToken cancel) => db.Query(
        """
        select code, number, taken_at from coupons.codes where template = $1 and number > $2 order by number limit $3
        """,
        row => new CouponCode(row.GetString(0), row.GetInt64(1), row.ValueOrNull<DateTimeOffset>(2)), cancel,
        new NpgsqlParameter { Value = template }, new NpgsqlParameter { Value = after },
        new NpgsqlParameter { Value = limit });
}
