using System.Globalization;
using Doorbuster.Platform.Commands;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.Books;

/// <summary>Adds everything up again, in one look.</summary>
internal sealed class BookAudit([FromKeyedServices(BooksFeature.SchemaName)] NpgsqlDataSource db)
{
    public async Task<BookFindings> Run(CancellationToken cancel)
    {
        await using var command = db.CreateCommand(
            """
            with sums as (
              select account, unit, sum(amount) as amount, max(id) as latest from books.postings group by account, unit),
            compared as (
              select coalesce(a.balance, 0) as balance, coalesce(s.amount, 0) as amount, account,
                coalesce((select p.balance from books.postings p
                  where p.account = s.account and p.unit = s.unit and p.id = s.latest), 0) as latest
              from books.accounts a full join sums s using (account, unit))
            select
              (select count(*) from books.entries),
              (select count(*) from books.postings),
              (select count(*) from compared),
              (select count(*) from (
                select from books.postings group by entry, unit having sum(amount) <> 0) o),
              (select count(*) from (
                select from books.accounts group by unit having sum(balance) <> 0) o),
              (select count(*) from compared where balance <> amount or balance <> latest),
              (select count(*) from compared where balance < 0 and account not like 'house:%'),
              (select count(*) from books.postings p where not exists (
                select from books.entries e where e.id = p.entry))
            """);
        command.CommandTimeout = 600;
        await using var row = await command.ExecuteReaderAsync(cancel);
        await row.ReadAsync(cancel);
        return new(
            row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5),
            row.GetInt64(6), row.GetInt64(7));
    }
}

/// <param name="Accounts">Account and unit.</param>
/// <param name="UnevenEntries">Entries that do not sum to zero in a unit.</param>
/// <param name="UnevenUnits">Units whose accounts do not sum to zero.</param>
/// <param name="WrongBalances">Accounts whose balance is not the sum of their postings, or not that after the last.</param>
/// <param name="BelowZero">Accounts below zero that may not be.</param>
/// <param name="Orphans">Postings without an entry.</param>
internal sealed record BookFindings(
    long Entries, long Postings, long Accounts, long UnevenEntries, long UnevenUnits, long WrongBalances, long BelowZero,
    long Orphans)
{
    public bool IsClean => (UnevenEntries, UnevenUnits, WrongBalances, BelowZero, Orphans) == (0, 0, 0, 0, 0);
}

/// <summary>All postings as CSV, oldest first.</summary>
internal sealed class BookExport([FromKeyedServices(BooksFeature.SchemaName)] NpgsqlDataSource db)
{
    private static readonly string[] Header =
        ["at", "key", "reason", "account", "unit", "amount", "balance"];

    /// <summary>How many postings were written.</summary>
    /// <param name="account">Of this account alone; null for all.</param>
    public async Task<long> To(Stream output, string? account, CancellationToken cancel)
    {
        await using var csv = CsvExport.Writer(output);
        await csv.WriteRow(Header, cancel);

        await using var command = db.CreateCommand(
            """
            select e.at, e.key, e.reason, p.account, p.unit, p.amount, p.balance
            from books.postings p join books.entries e on e.id = p.entry
            where $1 = '' or p.account = $1
            order by p.id
            """);
        command.Parameters.Add(new() { Value = account ?? "" });
        command.CommandTimeout = 0;
        await using var row = await command.ExecuteReaderAsync(cancel);
        var count = 0L;
        while (await row.ReadAsync(cancel))
        {
            await csv.WriteRow(
                [
                    row.GetDateTime(0).ToString("O", CultureInfo.InvariantCulture), row.GetString(1), row.GetString(2),
                    row.GetString(3), row.GetString(4), row.GetInt64(5).ToString(CultureInfo.InvariantCulture),
                    row.GetInt64(6).ToString(CultureInfo.InvariantCulture),
                ], cancel);
            count++;
        }
        return count;
    }
}

internal sealed record ExportReport(long Postings, string File);
