using Doorbuster.Contracts.Orders;
using Doorbuster.Contracts.People;
using Doorbuster.Platform.Messaging;
using Npgsql;

namespace Doorbuster.Risk.Cases;

/// <summary>
/// Looks at an order when it comes into being and again when it is paid: by then more may be known. A sale's orders come by
/// thousands a second, and most are never paid: they are looked at when they are, which is before anything is shipped. So are
/// those that are no orders before they are paid.
/// </summary>
internal sealed class AssessOnOrdersMoved(Assessor assessor) : IBatchConsumer<OrdersMoved>
{
    private const string SaleKind = "sale";

    public bool Concerns(OrdersMoved message) =>
        message.To != message.From && !message.Tentative
        && (message.From is not null || message.Orders.Any(order => order.Kind != SaleKind || IsPaid(message, order)));

    public Task Consume(OrdersMoved message, NpgsqlTransaction transaction, CancellationToken cancel) =>
        message.To switch
        {
            "placed" => assessor.Assess(transaction, message.Orders, paidAt: null, cancel),
            "paid" => assessor.Assess(transaction, message.Orders, message.At, cancel),
            "cancelled" or "shipped" or "refunding" or "refunded" =>
                assessor.Close(transaction, message.Orders, cancel),
            _ => Task.CompletedTask,
        };

    private static bool IsPaid(OrdersMoved message, OrderFact order) => message.To == "paid" && order.TotalMinor > 0;

    public async Task Consume(
        IReadOnlyList<OrdersMoved> messages, NpgsqlTransaction transaction, CancellationToken cancel)
    {
        foreach (var message in OrdersMoved.Merge(messages))
            await Consume(message, transaction, cancel);
    }
}

/// <summary>What was counted of the person goes; the cases stay, without a name.</summary>
internal sealed class ForgetOnPersonErased : IConsumer<PersonErased>
{
    public Task Consume(PersonErased message, NpgsqlTransaction transaction, CancellationToken cancel) =>
        CaseStore.Erase(transaction, message.Person, cancel);
}
