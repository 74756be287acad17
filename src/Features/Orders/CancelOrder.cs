using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.Orders;

/// <summary>
/// A buyer gives an unpaid order back. The claims are released first, in the engine's own transaction: a payment that
/// got there before keeps them, and the cancellation loses. A crash after that leaves it to the release's message to
/// cancel.
/// </summary>
internal static class CancelOrder
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/v1/orders/{id}/cancellation", Handle)
        .WithName("CancelOrder")
        .WithSummary("Cancel an unpaid order")
        .WithDescription("Its units go back on sale. Cancelling a cancelled order changes nothing.")
        .ForGuests()
        .Produces<OrderView>()
        .Refuses(WebProblems.NotFound, Problems.NotCancellable);

    private static async Task<IResult> Handle(
        string id, Person person, [FromKeyedServices(OrdersFeature.SchemaName)] NpgsqlDataSource db, OrderLookup orders,
        IClaims claims, OrderWrites writes, TimeProvider clock, CancellationToken cancel)
    {
        if (!PublicId.TryParse("ord", id, out var number)
            || await orders.Find(number, person.Id, cancel) is not { } order)
            return WebProblems.NotFound;
        if (order.State != OrderState.Cancelled && !OrderSteps.May(order.State, OrderState.Cancelled))
            return Problems.NotCancellable;

        if (order.State != OrderState.Cancelled)
        {
            foreach (var claim in order.Claims.Reverse())
                if (await claims.Release(claim, cancel) is EndOutcome.Kept)
                    return Problems.NotCancellable;
            await File(db, writes, order, clock.GetUtcNow(), cancel);
        }
        return TypedResults.Ok(OrderView.Of((await orders.Find(number, person.Id, cancel))!, withHistory: true));
    }

    private static async Task File(
        NpgsqlDataSource db, OrderWrites writes, Order order, DateTimeOffset now, CancellationToken cancel)
    {
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (order.Version == 0)    // read from its claim, so perhaps not written yet
            await writes.Insert(transaction, order, requestKey: null, cancel);
        if (await OrderStore.Lock(transaction, order.Id, cancel) is { } locked)
            await writes.Step(transaction, locked, OrderState.Cancelled, Reasons.CancelledByBuyer, now, cancel);
        await transaction.CommitAsync(cancel);
    }
}
