using System.Globalization;
using System.Runtime.CompilerServices;
using Doorbuster.Catalog.Administration;
using Doorbuster.Platform;
using Doorbuster.Platform.Audit;
using Doorbuster.Platform.Commands;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.Catalog.Import;

internal sealed record TaxReport(int Added, int Changed, int Unchanged);

/// <summary>The tax rules as a file, by country, region and class: all of it is good and is written, or nothing is. Rules that are
/// not in the file stay.</summary>
internal sealed class TaxCsv(
    [FromKeyedServices(CatalogFeature.SchemaName)] NpgsqlDataSource db, AdminStore store, ChangeLog log, Ids ids)
{
    public static readonly string[] Header = ["country", "region", "tax_class", "title", "rate_basis_points"];

    private const int PageMax = 500;

    public async IAsyncEnumerable<string[]> Rows([EnumeratorCancellation] CancellationToken cancel)
    {
        var after = 0L;
        while (await store.ListTaxRules(after, PageMax, cancel) is { Count: > 0 } rules)
        {
            foreach (var rule in rules)
                yield return
                [
                    rule.Country, rule.Region, rule.TaxClass, rule.Title,
                    rule.RateBasisPoints.ToString(CultureInfo.InvariantCulture),
                ];
            after = PublicId.TryParse(TaxRules.IdPrefix, rules[^1].Id, out var last) ? last : long.MaxValue;
        }
    }

    /// <summary>What became of it, or what is wrong with which line.</summary>
    public async Task<(TaxReport? Report, string? Wrong)> Import(TextReader text, CancellationToken cancel)
    {
        var wanted = new Dictionary<(string, string, string), AdminViews.TaxRule>();
        using var csv = CsvImport.Reader(text);
        await csv.ReadHeaderAsync(cancel);
        if (!csv.Headers.ToArray().SequenceEqual(Header))
            return (null, $"The first line must be: {string.Join(',', Header)}");
        while (await csv.ReadAsync(cancel))
        {
            var fields = Enumerable.Range(0, csv.FieldCount).Select(i => CsvExport.Typed(csv.GetString(i))).ToArray();
            if (Read(fields) is not { } rule)
                return (null, $"Line {csv.LineNumber} is not a tax rule: {string.Join(',', fields)}");
            if (!wanted.TryAdd(KeyOf(rule), rule))
                return (null, $"Line {csv.LineNumber} repeats {rule.Country} {rule.Region} {rule.TaxClass}.");
            if (wanted.Count > EditTaxRules.RulesMax)
                return (null, $"There are more than {EditTaxRules.RulesMax} rules.");
        }
        return await Write(wanted, cancel);
    }

    private async Task<(TaxReport? Report, string? Wrong)> Write(
        Dictionary<(string, string, string), AdminViews.TaxRule> wanted, CancellationToken cancel)
    {
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await transaction.Execute("lock table catalog.tax_rules in share row exclusive mode", cancel);
        var there = (await AdminStore.ReadTaxRules(transaction, cancel)).ToDictionary(KeyOf);
        if (there.Keys.Union(wanted.Keys).Count() > EditTaxRules.RulesMax)
            return (null, Problems.TooManyTaxRules.Title);

        var (added, changed) = (0, 0);
        var notes = new List<AuditNote?>();
        foreach (var (key, rule) in wanted)
        {
            if (there.TryGetValue(key, out var before))
            {
                var after = before with { Title = rule.Title, RateBasisPoints = rule.RateBasisPoints };
                if (after == before)
                    continue;
                await EditTaxRules.Update(transaction, before.Id, rule.Title, rule.RateBasisPoints, cancel);
                notes.Add(await log.Write(
                    transaction, null, ChangeLog.OfTaxRule, before.Id, before, after, CatalogJson.Default.AdminTaxRule, cancel));
                changed++;
            }
            else
            {
                var made = rule with { Id = PublicId.Format(TaxRules.IdPrefix, ids.Next()), Version = 1 };
                await EditTaxRules.Insert(transaction, made, cancel);
                notes.Add(await log.Write(
                    transaction, null, ChangeLog.OfTaxRule, made.Id, null, made, CatalogJson.Default.AdminTaxRule, cancel));
                added++;
            }
        }
        await transaction.AuditAll($"{ChangeLog.OfTaxRule}.import", [.. notes.OfType<AuditNote>()], cancel);
        await transaction.CommitAsync(cancel);
        return (new(added, changed, wanted.Count - added - changed), null);
    }

    private static AdminViews.TaxRule? Read(string[] fields)
    {
        if (fields is not [var country, var region, var taxClass, var title, var rateText])
            return null;
        country = TaxRules.NormalizeCountry(country);
        region = TaxRules.NormalizeRegion(country, region);
        return TaxRules.IsCountry(country) && CatalogRow.IsLine(region, TaxRules.RegionMax) && TaxRules.IsTaxClass(taxClass)
            && EditTaxRules.IsTitle(title) && int.TryParse(rateText, NumberStyles.None, CultureInfo.InvariantCulture, out var rate)
            && EditTaxRules.IsRate(rate)
                ? new("", country, region, taxClass, title, rate, 0)
                : null;
    }

    private static (string, string, string) KeyOf(AdminViews.TaxRule rule) => (rule.Country, rule.Region, rule.TaxClass);
}
