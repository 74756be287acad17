using System.Globalization;
using Doorbuster.Contracts.Claims;
using Doorbuster.Contracts.Payments;
using Doorbuster.Platform;
using Doorbuster.Platform.Messaging;
using Doorbuster.Platform.Postgres;
using Npgsql;
using NpgsqlTypes;

namespace Doorbuster.Orders;

/// <param name="Name">Names it among those of its order, to payments too.</param>
/// <param name="RefundedAt">Null while it is on its way.</param>
internal sealed record Refund(
    string Name, string? Key, long AmountMinor, string Reason, DateTimeOffset AskedAt, DateTimeOffset? RefundedAt);

internal abstract record Asking
{
    private Asking() { }

    public sealed record Asked(Refund Refund, bool IsNew) : Asking;

    public sealed record TooMuch(long LeftMinor) : Asking;

    public sealed record NotRefundable : Asking;

    public sealed record KeyReused : Asking;
}

/// <summary>
/// Money of paid orders that goes back. It is asked of payments by a message of the transaction that reserves it, under
/// a name of its own, and counted when payments say that it went. What is asked never exceeds the total, and what went
/// never what was asked: the table holds both.
/// </summary>
internal sealed class OrderRefunds(OrderWrites writes, IClaims claims, TimeProvider clock)
{
    private const string Whole = "whole";

    private static readonly OrderState[] Refundable =
    [
        OrderState.Paid, OrderState.Shipped, OrderState.Completed, OrderState.Returning, OrderState.Returned,
        OrderState.ReturnDeclined,
    ];

    /// <param name="order">Locked in this transaction.</param>
    /// <param name="amountMinor">Null: all that is left.</param>
    /// <param name="key">The caller's; the same again finds the same refund.</param>
    public async Task<Asking> Ask(
        NpgsqlTransaction transaction, Order order, long? amountMinor, string reason, string? key,
        CancellationToken cancel)
    {
        var earlier = await List(transaction, order.Id, cancel);
        if (key is not null && earlier.FirstOrDefault(refund => refund.Key == key) is { } same)
            return same.Reason == reason && (amountMinor ?? same.AmountMinor) == same.AmountMinor
                ? new Asking.Asked(same, IsNew: false)
                : new Asking.KeyReused();
        if (!Refundable.Contains(order.State) || order.Payment is not { } payment)
            return new Asking.NotRefundable();

        var left = order.Total.Minor - order.RefundAskedMinor;
        var amount = amountMinor ?? left;
        if (amount > left || left == 0)
            return new Asking.TooMuch(left);

        var now = clock.GetUtcNow();
        now = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));    // as the table will have it
        var name = amount == order.Total.Minor
            ? Whole
            : string.Create(CultureInfo.InvariantCulture, $"part-{earlier.Count + 1}");
        await File(transaction, order.Id, name, key, amount, reason, now, null, cancel);
        await Reserve(transaction, order.Id, amount, cancel);
        if (amount == left && !await writes.Step(transaction, order, OrderState.Refunding, reason, now, cancel))
            throw new InvalidOperationException($"Order {order.Id} moved while it was locked.");
        await transaction.Publish(
            new RefundPayment
            {
                Payment = payment,
                Order = order.Id,
                AmountMinor = amount,
                Currency = order.Total.Currency,
                Refund = name,
                Reason = reason,
            }, cancel);
        return new Asking.Asked(new Refund(name, key, amount, reason, now, null), IsNew: true);
    }

    /// <summary>A paid order that nothing was paid for is at its end without payments.</summary>
    public async Task<bool> EndFree(
        NpgsqlTransaction transaction, Order order, string reason, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var isEnded = await writes.Step(transaction, order, OrderState.Refunding, reason, now, cancel)
            && await writes.Step(
                transaction, order with { State = OrderState.Refunding }, OrderState.Refunded, Reasons.RefundedWhole,
                now, cancel);
        if (isEnded)
            await SellAgain(transaction, order, cancel);
        return isEnded;
    }

    /// <summary>Payments say that money went back; the second time they say it of a refund changes nothing.</summary>
    /// <param name="order">Locked in this transaction.</param>
    public async Task Settle(
        NpgsqlTransaction transaction, Order order, PaymentRefunded refunded, CancellationToken cancel)
    {
        var known = (await List(transaction, order.Id, cancel))
            .FirstOrDefault(refund => refund.Name == refunded.Refund);
        if (known is { RefundedAt: not null })
            return;

        // Given back at the provider, past us: as much as the order still had.
        var amount = known?.AmountMinor
            ?? Math.Min(refunded.AmountMinor, order.Total.Minor - order.RefundAskedMinor);
        if (amount <= 0)
            return;
        if (known is null)
        {
            await File(
                transaction, order.Id, refunded.Refund, null, amount, "refunded_by_provider", refunded.RefundedAt,
                refunded.RefundedAt, cancel);
            await Reserve(transaction, order.Id, amount, cancel);
        }
        else
            await transaction.Execute(
                "update orders.refunds set refunded_at = $3 where order_id = $1 and name = $2", cancel,
                new() { Value = order.Id }, new() { Value = known.Name }, At(refunded.RefundedAt));

        var isWhole = order.RefundedMinor + amount == order.Total.Minor;
        if (isWhole && order.State != OrderState.Refunding)
        {
            await writes.Step(
                transaction, order, OrderState.Refunding, Reasons.RefundedWhole, refunded.RefundedAt, cancel);
            order = order with { State = OrderState.Refunding };
        }
        var (to, reason) = isWhole
            ? (OrderState.Refunded, Reasons.RefundedWhole)
            : (order.State, Reasons.RefundedInPart);
        if (!await writes.Step(transaction, order, to, reason, refunded.RefundedAt, cancel, refund: amount))
            throw new InvalidOperationException($"Order {order.Id} moved while it was locked.");
        if (isWhole)
            await SellAgain(transaction, order, cancel);
    }

    // What never left the shop goes on sale again. In the engine's own transaction, and once: should this one fail, the step
    // is done again and finds it done.
    private async Task SellAgain(NpgsqlTransaction transaction, Order order, CancellationToken cancel)
    {
        var shipped = await transaction.Query(
            "select from orders.history where order_id = $1 and to_state = $2", _ => true, cancel,
            new NpgsqlParameter { Value = order.Id }, new NpgsqlParameter { Value = (short)OrderState.Shipped });
        if (shipped.Count > 0)
            return;
        foreach (var claim in order.Claims.Reverse())
            await claims.TakeBack(claim, cancel);
    }

    public static Task<List<Refund>> List(NpgsqlTransaction transaction, long order, CancellationToken cancel) =>
        transaction.Query(
            """
            select name, key, amount_minor, reason, asked_at, refunded_at
            from orders.refunds
            where order_id = $1
            order by asked_at, name
            """,
            Read, cancel, new NpgsqlParameter { Value = order });

    public static Task<List<(long Order, Refund Refund)>> ListOf(
        NpgsqlTransaction transaction, long[] orders, CancellationToken cancel) => transaction.Query(
        """
        select name, key, amount_minor, reason, asked_at, refunded_at, order_id
        from orders.refunds
        where order_id = any($1)
        """,
        row => (row.GetInt64(6), Read(row)), cancel, new NpgsqlParameter { Value = orders });

    private static Refund Read(NpgsqlDataReader row) => new(
        row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1), row.GetInt64(2), row.GetString(3),
        row.GetFieldValue<DateTimeOffset>(4), row.ValueOrNull<DateTimeOffset>(5));

    private static Task<int> File(
        NpgsqlTransaction transaction, long order, string name, string? key, long amount, string reason,
        DateTimeOffset askedAt, DateTimeOffset? refundedAt, CancellationToken cancel) => transaction.Execute(
        """
        insert into orders.refunds (order_id, name, key, amount_minor, reason, asked_at, refunded_at)
        values ($1, $2, $3, $4, $5, $6, $7)
        """, cancel,
        new() { Value = order }, new() { Value = name },
        new() { Value = (object?)key ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
        new() { Value = amount }, new() { Value = reason }, At(askedAt), At(refundedAt));

    private static Task<int> Reserve(NpgsqlTransaction transaction, long order, long amount, CancellationToken cancel) =>
        transaction.Execute(
            "update orders.orders set refund_asked_minor = refund_asked_minor + $2 where id = $1", cancel,
            new() { Value = order }, new() { Value = amount });

    private static NpgsqlParameter At(DateTimeOffset? at) =>
        new() { Value = (object?)at?.UtcDateTime ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz };
}
