using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using Doorbuster.Contracts.Orders;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Doorbuster.Payments;

/// <summary>
/// A buyer wants to pay. In phases, each of which a retry repeats without harm: file the payment; ask the provider for
/// a charge, with the payment's id as the key; note the charge.
/// </summary>
internal static class StartPayment
{
    // A path in this shop, never another place: a pay page that leads anywhere would serve whoever fakes shops.
    private const string PathOfShop = @"^/(?!/)[A-Za-z0-9\-._~!$&'()*+,;=:@%/?]*$";

    /// <param name="ReturnPath">Where in the shop the buyer's browser goes after the provider's page.</param>
    public sealed record Request(
        [RegularExpression(PathOfShop), StringLength(500, MinimumLength = 1)] string? ReturnPath = null, SandboxOptions? Sandbox = null);

    /// <summary>What the sandbox shall do with this charge, for tests.</summary>
    /// <param name="DelayMs">How long after the decision its webhook leaves.</param>
    /// <param name="DuplicateWebhooks">How often the webhook comes.</param>
    /// <param name="Decline">Approving it declines it.</param>
    /// <param name="ReorderWebhooks">A declined first attempt is told of after the capture that followed it.</param>
    /// <param name="AnswerDelayMs">The charge is made at once but its answer takes so long.</param>
    /// <param name="LoseAnswer">The charge is made but the connection breaks instead of an answer.</param>
    public sealed record SandboxOptions(
        [Range(0, 60_000)] int DelayMs = 0, [Range(1, 100)] int DuplicateWebhooks = 1, bool Decline = false,
        bool ReorderWebhooks = false, [Range(0, 10_000)] int AnswerDelayMs = 0, bool LoseAnswer = false);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/v1/orders/{id}/payments", Handle)
        .WithName("StartPayment")
        .WithSummary("Pay an order")
        .WithDescription(
            "Answers where to pay. An order has one open payment: asking again gives the same one (200). The order is "
            + "paid when the provider tells us so, not when the buyer comes back.")
        .ForGuests()
        .Produces<PaymentView>(StatusCodes.Status201Created)
        .Produces<PaymentView>()
        .TakesIdempotencyKey()
        .Refuses(
            WebProblems.NotFound, Problems.OrderNotPayable, Problems.PaidAlready, Problems.ProviderAway);

    private static async Task<IResult> Handle(
        string id, Request? request, Person person, HttpContext http, IOrders orders, PaymentStore store,
        RefundStore refunds, PaymentProvider provider, Ids ids, TimeProvider clock, ILogger<PaymentProvider> log, CancellationToken cancel)
    {
        if (IdempotencyKey.TryRead(http, out var key) is { } refusal)
            return refusal;
        if (!PublicId.TryParse("ord", id, out var number)
            || await orders.FindPayable(number, person.Id, cancel) is not { } order)
            return WebProblems.NotFound;

        var wish = Wish(order, person, key, ids, clock);
        Payment payment;
        var isNew = true;
        switch (await store.Open(order, wish, cancel))
        {
            case Opening.New: payment = wish; break;
            case Opening.Existing there: (payment, isNew) = (there.Payment, there.IsSameRequest); break;
            case Opening.KeyReused: return WebProblems.IdempotencyKeyReused;
            case Opening.PaidAlready: return Problems.PaidAlready;
            case Opening.NotPayable: return Problems.OrderNotPayable;
            default: throw new UnreachableException();
        }

        if (payment.PayUrl is null && payment.IsOpen)
        {
            if (!order.IsPayable)
                return Problems.OrderNotPayable;    // filed while it was, but the provider need not hear of it any more
            try
            {
                var charge = await provider.Charge(payment, request?.ReturnPath, request?.Sandbox, cancel);
                payment = await store.SetCharge(payment.Id, charge.Id, charge.PayUrl, cancel)
                    ?? (await store.Find(payment.Id, person.Id, cancel))!;
            }
            catch (StoreAwayException away) when (away.Store == PaymentProvider.Name)
            {
                log.ProviderAway(away.Message);
                return Problems.ProviderAway;
            }
        }

        var view = PaymentView.Of(payment, payment.IsCaptured ? (await refunds.Of([payment.Id], cancel))[payment.Id] : []);
        http.Response.Headers.CacheControl = "no-store";
        return isNew ? TypedResults.Created($"/api/v1/payments/{view.Id}", view) : TypedResults.Ok(view);
    }

    private static Payment Wish(PayableOrder order, Person person, string key, Ids ids, TimeProvider clock) => new()
    {
        Id = ids.NextFor(person.Id),
        Order = order.Id,
        Person = person.Id,
        Amount = new Money(order.TotalMinor, order.Currency),
        State = PaymentState.Created,
        RequestKey = key,
        MadeAt = clock.GetUtcNow(),
    };
}
