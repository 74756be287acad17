using Doorbuster.Contracts.Claims;
using Doorbuster.Platform.Messaging;
using Npgsql;

namespace Doorbuster.Orders;

/// <summary>
/// Writes the orders of a sale's claims. An order has its claim's id, so writing it twice writes it once.
/// </summary>
internal sealed class WriteOrdersOnClaimsMade(OrderTerms terms, OrderWrites writes) : IConsumer<ClaimsMade>
{
    public async Task Consume(ClaimsMade message, NpgsqlTransaction transaction, CancellationToken cancel)
    {
        if (message.Kind != Order.SaleKind)
            return;

        using var traces = OrderTraces.Start(message.Traces);
        await writes.Place(transaction, message, await terms.Get(message.Pool, cancel), cancel);
    }
}
