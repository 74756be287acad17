using Doorbuster.Contracts.Books;
using Doorbuster.Platform;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;

namespace Doorbuster.Payments;

/// <summary>A capture or a refund that is not in the books yet.</summary>
/// <param name="Refund">Null for the capture.</param>
internal sealed record Unbooked(
    long Id, long Payment, string? Refund, long AmountMinor, string Currency, DateTimeOffset At)
{
    /// <summary>What the provider holds of ours: what it captured less what it gave back.</summary>
    public static readonly string Provider = BookAccounts.OfHouse("payment_provider");

    /// <summary>What orders brought in; negative, because it gives what the provider holds.</summary>
    public static readonly string Orders = BookAccounts.OfHouse("orders");

    /// <summary>Filed with the transaction that caused it, so that none is forgotten.</summary>
    public static Task File(
        NpgsqlTransaction transaction, long payment, string? refund, long amountMinor, string currency,
        DateTimeOffset at, CancellationToken cancel) => transaction.Execute(
        """
        insert into payments.unbooked (payment, refund, amount_minor, currency, at) values ($1, $2, $3, $4, $5)
        """,
        cancel, new() { Value = payment },
        new() { Value = (object?)refund ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
        new() { Value = amountMinor }, new() { Value = currency }, new() { Value = at.UtcDateTime });

    public BookEntry Entry()
    {
        var payment = PublicId.Format("pay", Payment);
        return Refund is null
            ? BookEntry.Move($"{payment}:captured", "payment_captured", At, Currency, AmountMinor, Orders, Provider)
            : BookEntry.Move(
                $"{payment}:refunded:{Refund}", "payment_refunded", At, Currency, AmountMinor, Provider, Orders);
    }
}

/// <summary>
/// Takes captures and refunds to the books, in batches: one by one, as messages, they would cost each payment two more
/// commits. An entry's key is its payment's or refund's, so what a crash repeats is booked once.
/// </summary>
internal sealed class UnbookedStore(
    [FromKeyedServices(PaymentsFeature.SchemaName)] NpgsqlDataSource db, IBooks books)
{
    private const int AtOnceMax = 256;

    /// <summary>False when none is left.</summary>
    public async Task<bool> BookSome(CancellationToken cancel)
    {
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        // Other processes pass these by.
        var some = await transaction.Query(
            """
            select id, payment, refund, amount_minor, currency, at from payments.unbooked
            order by id limit $1 for update skip locked
            """,
            row => new Unbooked(
                row.GetInt64(0), row.GetInt64(1), row.IsDBNull(2) ? null : row.GetString(2), row.GetInt64(3),
                row.GetString(4), row.GetFieldValue<DateTimeOffset>(5)),
            cancel, new NpgsqlParameter { Value = AtOnceMax });
        if (some.Count == 0)
            return false;

        var entries = some.Where(one => one.AmountMinor != 0).Select(one => one.Entry()).ToList();
        var outcomes = await books.PostAll(entries, cancel);
        foreach (var (entry, outcome) in entries.Zip(outcomes))
            if (outcome is not (BookOutcome.Done or BookOutcome.AlreadyDone))
                throw new InvalidOperationException($"{entry.Key} was not booked: {outcome}.");
        await transaction.Execute(
            "delete from payments.unbooked where id = any($1)", cancel,
            new NpgsqlParameter { Value = some.Select(one => one.Id).ToArray() });
        await transaction.CommitAsync(cancel);
        return some.Count == AtOnceMax;
    }
}
