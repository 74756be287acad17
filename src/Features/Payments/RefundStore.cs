using Doorbuster.Contracts.Payments;
using Doorbuster.Platform.Messaging;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;

namespace Doorbuster.Payments;

/// <summary>Refunds, each step under the lock of its payment's row.</summary>
internal sealed class RefundStore([FromKeyedServices(PaymentsFeature.SchemaName)] NpgsqlDataSource db)
{
    private const string Columns = "name, amount_minor, reason, asked_at, provider_refund, done_at";

    /// <summary>Decides and, when it comes to that, promises the money; committed when it returns.</summary>
    public async Task<(RefundDecision Decision, Payment? Payment)> Begin(
        RefundPayment wish, DateTimeOffset now, CancellationToken cancel)
    {
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await PaymentStore.Lock(transaction, wish.Payment, cancel) is not { } payment)
            return (RefundDecision.NotCaptured, null);
        var refunds = await Of(transaction, payment.Id, cancel);
        var decision = Refunds.Decide(payment, refunds, wish.Refund, wish.AmountMinor, wish.Currency);
        if (decision == RefundDecision.Begin)
        {
            var refund = new Refund(wish.Refund, wish.AmountMinor, wish.Reason, now);
            await Insert(transaction, payment.Id, refund, cancel);
            await Settle(transaction, payment, [.. refunds, refund], wish.Reason, at: null, cancel);
            await transaction.CommitAsync(cancel);
        }
        return (decision, payment);
    }

    /// <summary>The provider refused: the money is not promised any more.</summary>
    public async Task Withdraw(long payment, string name, CancellationToken cancel)
    {
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var locked = (await PaymentStore.Lock(transaction, payment, cancel))!;
        await transaction.Execute(
            "delete from payments.refunds where payment = $1 and name = $2 and done_at is null", cancel,
            new() { Value = payment }, new() { Value = name });
        await Settle(transaction, locked, await Of(transaction, payment, cancel), reason: null, at: null, cancel);
        await transaction.CommitAsync(cancel);
    }

    /// <summary>The provider gave the money back; tells everybody, once. The payment is locked.</summary>
    /// <param name="fresh">True for one that is not filed yet.</param>
    public static async Task Finish(
        NpgsqlTransaction transaction, Payment payment, Refund refund, bool fresh, CancellationToken cancel)
    {
        if (fresh)
            await Insert(transaction, payment.Id, refund, cancel);
        else if (await transaction.Execute(
            """
            update payments.refunds set provider_refund = $3, done_at = $4
            where payment = $1 and name = $2 and done_at is null
            """,
            cancel, new() { Value = payment.Id }, new() { Value = refund.Name },
            new() { Value = (object?)refund.ProviderRefund ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
            new() { Value = refund.DoneAt!.Value.UtcDateTime }) == 0)
            return;

        await Settle(
            transaction, payment, await Of(transaction, payment.Id, cancel), refund.Reason, refund.DoneAt, cancel);
        await Unbooked.File(
            transaction, payment.Id, refund.Name, refund.AmountMinor, payment.Amount.Currency, refund.DoneAt!.Value,
            cancel);
        await transaction.Publish(
            new PaymentRefunded
            {
                Refund = refund.Name,
                Payment = payment.Id,
                Order = payment.Order,
                Person = payment.Person,
                AmountMinor = refund.AmountMinor,
                Currency = payment.Amount.Currency,
                RefundedAt = refund.DoneAt.Value.ToUniversalTime(),
            }, cancel);
    }

    public static Task<List<Refund>> Of(NpgsqlTransaction transaction, long payment, CancellationToken cancel) =>
        transaction.Query(
            $"select {Columns} from payments.refunds where payment = $1 order by asked_at, name", Read, cancel,
            new NpgsqlParameter { Value = payment });

    /// <summary>The refunds of these payments, by payment, oldest first.</summary>
    public async Task<ILookup<long, Refund>> Of(IReadOnlyCollection<long> payments, CancellationToken cancel) =>
        (await db.Query(
            $"select {Columns}, payment from payments.refunds where payment = any($1) order by asked_at, name",
            row => (Refund: Read(row), Payment: row.GetInt64(6)), cancel,
            new NpgsqlParameter { Value = payments.ToArray() }))
        .ToLookup(one => one.Payment, one => one.Refund);

    /// <summary>Done in this time, oldest first, with the payment of each.</summary>
    public Task<List<(long Payment, Refund Refund)>> Done(
        DateTimeOffset from, DateTimeOffset to, (DateTimeOffset At, long Payment, string Name) after, int count,
        CancellationToken cancel) => db.Query(
        $"""
        select {Columns}, payment from payments.refunds
        where done_at >= $1 and done_at < $2 and (done_at, payment, name) > ($3, $4, $5)
        order by done_at, payment, name limit $6
        """,
        row => (row.GetInt64(6), Read(row)), cancel, new() { Value = from.UtcDateTime },
        new() { Value = to.UtcDateTime }, new() { Value = after.At.UtcDateTime }, new() { Value = after.Payment },
        new() { Value = after.Name }, new() { Value = count });

    private static Task<int> Insert(NpgsqlTransaction transaction, long payment, Refund refund, CancellationToken cancel) =>
        transaction.Execute(
            $"insert into payments.refunds (payment, {Columns}) values ($1, $2, $3, $4, $5, $6, $7)", cancel,
            new() { Value = payment }, new() { Value = refund.Name }, new() { Value = refund.AmountMinor },
            new() { Value = refund.Reason }, new() { Value = refund.AskedAt.UtcDateTime },
            new() { Value = (object?)refund.ProviderRefund ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
            new()
            {
                Value = (object?)refund.DoneAt?.UtcDateTime ?? DBNull.Value,
                NpgsqlDbType = NpgsqlDbType.TimestampTz,
            });

    // The payment's own sums, which the database compares with what was captured.
    private static Task<int> Settle(
        NpgsqlTransaction transaction, Payment payment, IReadOnlyCollection<Refund> refunds, string? reason,
        DateTimeOffset? at, CancellationToken cancel) => transaction.Execute(
        """
        update payments.payments
        set state = $2, promised_minor = $3, refunded_minor = $4, reason = coalesce(reason, $5),
          refunded_at = coalesce($6, refunded_at)
        where id = $1
        """,
        cancel, new() { Value = payment.Id },
        new() { Value = (short)Refunds.StateOf(payment.Amount.Minor, refunds) },
        new() { Value = Refunds.Promised(refunds) }, new() { Value = Refunds.Done(refunds) },
        new() { Value = (object?)reason ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
        new() { Value = (object?)at?.UtcDateTime ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });

    private static Refund Read(NpgsqlDataReader row) => new(
        row.GetString(0), row.GetInt64(1), row.GetString(2), row.GetFieldValue<DateTimeOffset>(3),
        row.IsDBNull(4) ? null : row.GetString(4), row.ValueOrNull<DateTimeOffset>(5));
}
