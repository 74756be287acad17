using Doorbuster.Contracts.Orders;
using Doorbuster.Contracts.Payments;
using Doorbuster.Platform.Messaging;
using Npgsql;

namespace Doorbuster.Notices;

/// <summary>Tells people how their orders go on.</summary>
internal sealed class TellOnOrdersMoved(NoticeWriter writer) : IBatchConsumer<OrdersMoved>
{
    public bool Concerns(OrdersMoved message) =>
        !message.Tentative && message.To is not "placed" && message.To != message.From;

    public Task Consume(OrdersMoved message, NpgsqlTransaction transaction, CancellationToken cancel) =>
        Consume([message], transaction, cancel);

    // What stays in its state had a part of its money given back: the payment says that.
    public Task Consume(
        IReadOnlyList<OrdersMoved> messages, NpgsqlTransaction transaction, CancellationToken cancel) => writer.Write(
        transaction,
        [
            .. messages.Where(message => message.To != message.From)
                .SelectMany(message => message.Orders.Select(order => OrderNotices.Of(message.To, message.Reason, order)))
                .OfType<NewNotice>(),
        ],
        cancel);
}

/// <summary>Tells people of money that is on its way back, whether for a part of an order, all of it, or an order that
/// could not be.</summary>
internal sealed class TellOnPaymentRefunded(NoticeWriter writer) : IConsumer<PaymentRefunded>
{
    public Task Consume(PaymentRefunded message, NpgsqlTransaction transaction, CancellationToken cancel) =>
        writer.Write(transaction, [OrderNotices.Of(message)], cancel);
}
