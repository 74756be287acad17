using Doorbuster.Contracts.Orders;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Payments;

/// <summary>A person's own payments: one by its id, or all of an order.</summary>
internal static class GetPayment
{
    private const int PaymentsMax = 100;    // declined ones included; nobody tries that often

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/payments/{id}", Handle)
            .WithName("GetPayment")
            .WithSummary("One of your payments")
            .ForGuests()
            .Produces<PaymentView>()
            .Refuses(WebProblems.NotFound);
        routes.MapGet("/api/v1/orders/{id}/payments", HandleList)
            .WithName("ListPaymentsOfOrder")
            .WithSummary("The payments of your order, newest first")
            .ForGuests()
            .Produces<PaymentList>()
            .Refuses(WebProblems.NotFound);
    }

    private static async Task<IResult> Handle(
        string id, Person person, HttpContext http, PaymentStore store, RefundStore refunds, CancellationToken cancel)
    {
        if (!PublicId.TryParse("pay", id, out var payment)
            || await store.Find(payment, person.Id, cancel) is not { } found)
            return WebProblems.NotFound;
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(PaymentView.Of(found, (await refunds.Of([found.Id], cancel))[found.Id]));
    }

    private static async Task<IResult> HandleList(
        string id, Person person, HttpContext http, PaymentStore store, RefundStore refunds, IOrders orders,
        CancellationToken cancel)
    {
        if (!PublicId.TryParse("ord", id, out var order))
            return WebProblems.NotFound;
        var payments = await store.ListOfOrder(order, person.Id, PaymentsMax, cancel);
        if (payments.Count == 0 && await orders.FindPayable(order, person.Id, cancel) is null)
            return WebProblems.NotFound;    // somebody else's, or nobody's
        var given = await refunds.Of([.. payments.Select(payment => payment.Id)], cancel);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(
            new PaymentList(
                [.. payments.Select(payment => PaymentView.Of(payment, given[payment.Id]))],
                PageInfo.Whole));
    }
}

internal sealed record PaymentList(IReadOnlyList<PaymentView> Data, PageInfo Page);
