using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Doorbuster.Contracts.Orders;
using Doorbuster.Contracts.Payments;
using Doorbuster.Platform;
using Doorbuster.Platform.Audit;
using Doorbuster.Platform.Messaging;
using Npgsql;

namespace Doorbuster.Webhooks;

/// <summary>
/// Turns what happened into what merchants are told, in the transaction that handles the message. Where nobody wants to
/// know nothing is written, and a message costs nothing. Who registers is told of what happens seconds later, by every process;
/// so it does not matter that a message which comes again may find an endpoint that was not there the first time.
/// </summary>
internal sealed class FileWebhooks(EndpointStore endpoints, Ids ids)
    : IBatchConsumer<OrdersMoved>, IBatchConsumer<PaymentCaptured>, IConsumer<PaymentRefunded>
{
    public bool Concerns(OrdersMoved message) => !message.Tentative && endpoints.MayWant(TypeOf(message));

    public bool Concerns(PaymentCaptured message) => endpoints.MayWant(EventTypes.PaymentCaptured);

    public bool Concerns(PaymentRefunded message) => endpoints.MayWant(EventTypes.PaymentRefunded);

    public Task Consume(OrdersMoved message, NpgsqlTransaction transaction, CancellationToken cancel) => File(
        transaction, TypeOf(message), message.At,
        message.Orders.Select(order => WebhookBodies.OrderMoved.Of(order, message)),
        WebhooksJson.Default.EnvelopeOrderMoved, cancel);

    public async Task Consume(
        IReadOnlyList<OrdersMoved> messages, NpgsqlTransaction transaction, CancellationToken cancel)
    {
        foreach (var message in messages)
            await Consume(message, transaction, cancel);
    }

    public async Task Consume(
        IReadOnlyList<PaymentCaptured> messages, NpgsqlTransaction transaction, CancellationToken cancel)
    {
        foreach (var message in messages)
            await Consume(message, transaction, cancel);
    }

    public Task Consume(PaymentCaptured message, NpgsqlTransaction transaction, CancellationToken cancel) => File(
        transaction, EventTypes.PaymentCaptured, message.CapturedAt,
        [
            new WebhookBodies.PaymentMoved(
                PublicId.Format("pay", message.Payment), PublicId.Format("ord", message.Order),
                PublicId.Format("usr", message.Person), new(message.AmountMinor, message.Currency)),
        ],
        WebhooksJson.Default.EnvelopePaymentMoved, cancel);

    public Task Consume(PaymentRefunded message, NpgsqlTransaction transaction, CancellationToken cancel) => File(
        transaction, EventTypes.PaymentRefunded, message.RefundedAt,
        [
            new WebhookBodies.PaymentMoved(
                PublicId.Format("pay", message.Payment), PublicId.Format("ord", message.Order),
                PublicId.Format("usr", message.Person), new(message.AmountMinor, message.Currency), message.Refund),
        ],
        WebhooksJson.Default.EnvelopePaymentMoved, cancel);

    /// <summary>A message for one endpoint alone, so that its owner sees it arrive.</summary>
    public async Task<long> FileTest(
        NpgsqlTransaction transaction, WebhookEndpoint endpoint, DateTimeOffset now, CancellationToken cancel)
    {
        var body = new WebhookBodies.Envelope<WebhookBodies.Tested>(
            EventTypes.Test, now, new(PublicId.Format(WebhookEndpoint.PublicPrefix, endpoint.Id)));
        var message = new WebhookMessage(
            ids.Next(), EventTypes.Test, JsonSerializer.Serialize(body, WebhooksJson.Default.EnvelopeTested), now);
        await DeliveryStore.File(transaction, [message], [(endpoint.Id, message.Id)], cancel);
        await transaction.Audit("webhook_endpoint.test", EndpointStore.IdOf(endpoint.Id), null, null, cancel);
        return message.Id;
    }

    private static string TypeOf(OrdersMoved message) =>
        message.From == message.To ? EventTypes.PartlyRefunded : $"order.{message.To}";

    private async Task File<T>(
        NpgsqlTransaction transaction, string type, DateTimeOffset at, IEnumerable<T> data,
        JsonTypeInfo<WebhookBodies.Envelope<T>> bodyType, CancellationToken cancel)
    {
        // A disabled one's messages are kept, so that they can be replayed when it is enabled again.
        var wanting = (await endpoints.All(cancel)).Where(endpoint => endpoint.Wants(type)).ToList();
        if (wanting.Count == 0)
            return;

        var messages = data.Select(one => new WebhookMessage(
            ids.Next(), type, JsonSerializer.Serialize(new WebhookBodies.Envelope<T>(type, at, one), bodyType), at)).ToList();
        await DeliveryStore.File(
            transaction, messages,
            [
                .. from message in messages
                   from endpoint in wanting
                   where endpoint.IsEnabled
                   select (endpoint.Id, message.Id),
            ], cancel);
    }
}

/// <summary>What is told, as merchants read it: ids as everywhere outside, money in minor units, times in UTC.</summary>
internal static class WebhookBodies
{
    public sealed record Envelope<T>(string Type, DateTimeOffset Timestamp, T Data);

    /// <param name="PreviousState">Null for an order that came into being.</param>
    /// <param name="Refunded">Of the total, given back so far.</param>
    public sealed record OrderMoved(
        string Id, string PersonId, string Kind, string State, string? PreviousState, string Reason, MoneyView Total,
        MoneyView Refunded, IReadOnlyList<Line> Lines, DateTimeOffset PlacedAt)
    {
        public static OrderMoved Of(OrderFact order, OrdersMoved moved) => new(
            PublicId.Format("ord", order.Id), PublicId.Format("usr", order.Person), order.Kind, moved.To, moved.From,
            moved.Reason, new(order.TotalMinor, order.Currency), new(order.RefundedMinor, order.Currency),
            [.. order.Lines.Select(line => new Line(
                line.Sku, line.Title, line.Quantity, new(line.PriceMinor, order.Currency)))],
            order.PlacedAt);
    }

    public sealed record Line(string Sku, string Title, int Quantity, MoneyView Price);

    /// <param name="Refund">Its name among those of the payment; null for a capture.</param>
    public sealed record PaymentMoved(
        string Id, string OrderId, string PersonId, MoneyView Amount, string? Refund = null);

    public sealed record Tested(string EndpointId);
}
