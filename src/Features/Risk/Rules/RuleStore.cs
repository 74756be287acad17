using System.Text.Json.Nodes;
using Doorbuster.Platform;
using Doorbuster.Platform.Audit;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;

namespace Doorbuster.Risk.Rules;

internal sealed class RuleStore([FromKeyedServices(RiskFeature.SchemaName)] NpgsqlDataSource db)
{
    private const string Columns =
        "id, name, kind, outcome, threshold, window_s, currency, is_enabled, version, changed_at, changed_by";

    public Task<List<Rule>> List(CancellationToken cancel) => db.Query(
        $"select {Columns} from risk.rules order by name limit {Rule.CountMax}", Read, cancel);

    public Task<Rule?> Find(long id, CancellationToken cancel) => db.QueryFirst(
        $"select {Columns} from risk.rules where id = $1", Read, cancel, new NpgsqlParameter { Value = id });

    public static Task<List<Rule>> ListEnabled(NpgsqlTransaction transaction, CancellationToken cancel) =>
        transaction.Query(
            $"select {Columns} from risk.rules where is_enabled order by id limit {Rule.CountMax}", Read, cancel);

    public static async Task<Added> Add(NpgsqlTransaction transaction, Rule rule, CancellationToken cancel)
    {
        // Who adds the last possible one waits for nobody's count but his own turn.
        await transaction.Execute("lock table risk.rules in share row exclusive mode", cancel);
        var count = (await transaction.Query(
            "select count(*)::int from risk.rules", row => row.GetInt32(0), cancel)).Single();
        if (count >= Rule.CountMax)
            return Added.TooMany;
        if (await transaction.Execute(
            $"""
            insert into risk.rules ({Columns}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            on conflict (name) do nothing
            """,
            cancel, Parameters(rule)) == 0)
            return Added.NameTaken;
        await transaction.Audit("risk_rule.create", IdOf(rule.Id), null, Facts(rule), cancel);
        return Added.Done;
    }

    /// <summary>Of the version it was thought for, or not at all.</summary>
    public static async Task<ChangedRule> Change(
        NpgsqlTransaction transaction, Rule rule, int from, CancellationToken cancel)
    {
        var old = (await transaction.Query(
            $"select {Columns} from risk.rules where id = $1 for update", Read, cancel,
            new NpgsqlParameter { Value = rule.Id })).SingleOrDefault();
        try
        {
            var changed = await transaction.Execute(
                """
                update risk.rules set name = $2, kind = $3, outcome = $4, threshold = $5, window_s = $6, currency = $7,
                  is_enabled = $8, version = $9, changed_at = $10, changed_by = $11
                where id = $1 and version = $12
                """,
                cancel, [.. Parameters(rule), new() { Value = from }]);
            if (changed == 0)
                return ChangedRule.Outdated;
            await transaction.Audit(AuditNote.Of("risk_rule.change", IdOf(rule.Id), Facts(old!), Facts(rule)), cancel);
            return ChangedRule.Done;
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return ChangedRule.NameTaken;
        }
    }

    public async Task<bool> Remove(Rule old, CancellationToken cancel) => await db.ExecuteAudited(
        new("risk_rule.remove", IdOf(old.Id), Facts(old)),
        "delete from risk.rules where id = $1 and version = $2", cancel, new() { Value = old.Id },
        new() { Value = old.Version }) == 1;

    private static string IdOf(long rule) => PublicId.Format(Rule.IdPrefix, rule);

    /// <summary>What the audit log says of a rule.</summary>
    private static JsonObject Facts(Rule rule) => new()
    {
        ["name"] = rule.Name,
        ["kind"] = Rule.NameOf(rule.Kind),
        ["outcome"] = Rule.NameOf(rule.Outcome),
        ["threshold"] = rule.Threshold,
        ["windowSeconds"] = (long?)rule.Window?.TotalSeconds,
        ["currency"] = rule.Currency,
        ["enabled"] = rule.IsEnabled,
    };

    private static NpgsqlParameter[] Parameters(Rule rule) =>
    [
        new() { Value = rule.Id }, new() { Value = rule.Name }, new() { Value = Rule.NameOf(rule.Kind) },
        new() { Value = Rule.NameOf(rule.Outcome) }, new() { Value = rule.Threshold },
        new()
        {
            Value = rule.Window is { } window ? (long)window.TotalSeconds : DBNull.Value,
            NpgsqlDbType = NpgsqlDbType.Bigint,
        },
        new() { Value = (object?)rule.Currency ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
        new() { Value = rule.IsEnabled }, new() { Value = rule.Version }, new() { Value = rule.ChangedAt },
        new() { Value = rule.ChangedBy },
    ];

    private static Rule Read(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetString(1), Rule.KindNamed(row.GetString(2))!.Value,
        Rule.OutcomeNamed(row.GetString(3))!.Value, row.GetInt64(4),
        row.ValueOrNull<long>(5) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        row.IsDBNull(6) ? null : row.GetString(6), row.GetBoolean(7), row.GetInt32(8),
        row.GetFieldValue<DateTimeOffset>(9), row.GetString(10));
}

internal enum Added { Done, NameTaken, TooMany }

internal enum ChangedRule { Done, Outdated, NameTaken }
