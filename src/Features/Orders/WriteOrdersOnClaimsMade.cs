using System.Diagnostics;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform.Messaging;
using Npgsql;

namespace Doorbuster.Orders;

/// <summary>Writes the orders of a sale's claims. An order has its claim's id, so writing it twice writes it once.</summary>
internal sealed class WriteOrdersOnClaimsMade(OrderTerms terms) : IConsumer<ClaimsMade>
{
    public async Task Consume(ClaimsMade message, NpgsqlTransaction transaction, CancellationToken cancel)
    {
        if (message.Kind != Order.SaleKind)
            return;

        using var traces = OrderTraces.Start(message.Traces);
        await transaction.Place(message, await terms.Get(message.Pool, cancel), cancel);
    }
}
