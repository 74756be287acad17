using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using Doorbuster.Orders.Sharding;
using Doorbuster.Platform;
using Doorbuster.Platform.Audit;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Orders.Administration;

/// <summary>Give money of a paid order back, all of it or a part.</summary>
internal static class RefundOrder
{
    /// <param name="Amount">In the order's currency, minor units; left out: all that is left.</param>
    /// <param name="Reason">A word or two, kept in the order's history.</param>
    public sealed record Request(
        [StringLength(64, MinimumLength = 1)] string Reason,
        [Range(1, long.MaxValue)] long? Amount = null,
        [RegularExpression("[A-Z]{3}")] string? Currency = null);

    /// <param name="State"><c>pending</c> or <c>refunded</c>.</param>
    internal sealed record Response(
        string OrderId, string Name, string State, MoneyView Amount, string Reason, DateTime AskedAt,
        DateTime? RefundedAt);

    private sealed record Answer(Order? Order, Asking? Asking);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/admin/v1/orders/{id}/refunds", Handle)
        .ForAdmin()
        .WithName("RefundOrder").WithTags("Orders (administration)")
        .WithSummary("Give money of a paid order back, all of it or a part.")
        .WithDescription("Everything given back together never exceeds the total. The order is refunded when all is.")
        .Produces<Response>(StatusCodes.Status201Created)
        .TakesIdempotencyKey()
        .Refuses(WebProblems.NotFound, Problems.NotRefundable, Problems.RefundTooHigh, Problems.WrongCurrency);

    private static async Task<IResult> Handle(
        string id, Request request, HttpContext http, OrderShards shards, OrderRefunds refunds,
        CancellationToken cancel)
    {
        if (IdempotencyKey.TryRead(http, out var key) is { } refusal)
            return refusal;
        if (!PublicId.TryParse("ord", id, out var number))
            return WebProblems.NotFound;

        var (order, asking) = await shards.Write(Ids.BucketIn(number), async shard =>
        {
            if (await OrderStore.Lock(shard, number, cancel) is not { } locked)
                return new Answer(null, null);
            if (request.Currency is { } currency && currency != locked.Total.Currency)
                return new Answer(locked, null);
            var asked = await refunds.Ask(shard, locked, request.Amount, request.Reason, key, cancel);
            if (asked is Asking.Asked { IsNew: true, Refund: var refund })
                await shards.Audit(shard, new AuditNote(
                    "order.refund", id, new() { ["state"] = OrderSteps.NameOf(locked.State) },
                    new()
                    {
                        ["refund"] = refund.Name,
                        ["amount"] = refund.AmountMinor,
                        ["currency"] = locked.Total.Currency,
                        ["reason"] = refund.Reason,
                    }), cancel);
            return new Answer(locked, asked);
        }, cancel);
        if (order is null)
            return WebProblems.NotFound;
        switch (asking)
        {
            case null:
                return Problems.WrongCurrency.With(detail: $"The order is in {order.Total.Currency}.");
            case Asking.NotRefundable:
                return Problems.NotRefundable.With(detail: $"The order is {OrderSteps.NameOf(order.State)}.");
            case Asking.KeyReused:
                return WebProblems.IdempotencyKeyReused;
            case Asking.TooMuch { LeftMinor: var left }:
                return Problems.RefundTooHigh.With(extensions: ("left", new Money(left, order.Total.Currency)));
            case Asking.Asked asked:
                if (!asked.IsNew)
                    http.Response.Headers["Idempotent-Replayed"] = "true";
                return TypedResults.Created($"/api/admin/v1/orders/{id}", View(order, asked.Refund));
            default:
                throw new UnreachableException();
        }
    }

    private static Response View(Order order, Refund refund) => new(
        PublicId.Format("ord", order.Id), refund.Name, refund.RefundedAt is null ? "pending" : "refunded",
        new(refund.AmountMinor, order.Total.Currency), refund.Reason, refund.AskedAt.UtcDateTime,
        refund.RefundedAt?.UtcDateTime);
}
