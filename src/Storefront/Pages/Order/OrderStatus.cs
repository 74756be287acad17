using Doorbuster.Storefront.Api;

namespace Doorbuster.Storefront.Pages.Order;

/// <summary>Where an order stands for whoever looks at it, and what he can do: a pure function of what the API says.</summary>
/// <param name="Kind">Names the texts: <c>order.status.&lt;kind&gt;.title</c> and <c>.text</c>.</param>
/// <param name="IsMoving">Something is about to happen by itself: look again soon.</param>
/// <param name="IsOver">Nothing more will happen.</param>
public sealed record OrderStatus(
    string Kind, bool CanPay = false, bool CanCancel = false, bool CanReturn = false, bool CanBuyAgain = false,
    bool IsMoving = false, bool IsOver = false)
{
    private const string HoldExpired = "hold_expired";

    /// <summary>How far along the usual way: placed, paid, shipped, delivered. Null when it left that way.</summary>
    public int? Stage => Kind switch
    {
        "unpaid" or "confirming" or "declined" or "overdue" => 0,
        "paid" => 1,
        "shipped" => 2,
        "completed" => 3,
        _ => null,
    };

    /// <param name="cameBack">From the provider's page, this moment.</param>
    public static OrderStatus Of(ApiOrder order, IReadOnlyList<ApiPayment> payments, bool cameBack, DateTimeOffset now) =>
        order.State switch
        {
            "placed" => OfUnpaid(order, payments, cameBack, now),
            "paid" => new("paid", CanCancel: true, IsMoving: cameBack),
            "cancelled" => OfCancelled(order, payments),
            "shipped" => new("shipped", CanReturn: true),
            "completed" => new("completed", CanReturn: true, CanBuyAgain: true),
            "refunding" => new("refunding", IsMoving: true),
            "refunded" => new("refunded", CanBuyAgain: true, IsOver: true),
            "returning" => new("returning"),
            "returned" => new("returned", IsMoving: true),
            "return_declined" => new("return_declined"),
            // States may be added: what is not known yet is at least not said wrongly.
            _ => new("other"),
        };

    private static OrderStatus OfUnpaid(ApiOrder order, IReadOnlyList<ApiPayment> payments, bool cameBack, DateTimeOffset now)
    {
        var newest = payments.Count > 0 ? payments[0].State : null;
        if (newest is "captured")
            return new("confirming", IsMoving: true);    // the order hears of it this moment
        if (newest is "declined")
            return order.PayBy <= now
                ? new("overdue", IsMoving: true)
                : new("declined", CanPay: true, CanCancel: order.PayBy is not null);
        if (cameBack && newest is not null)
            return new("confirming", CanPay: true, IsMoving: true);
        // The provider may still tell of a payment that was made in time.
        return order.PayBy <= now
            ? new("overdue", IsMoving: true)
            : new("unpaid", CanPay: true, CanCancel: order.PayBy is not null, IsMoving: newest is not null);
    }

    private static OrderStatus OfCancelled(ApiOrder order, IReadOnlyList<ApiPayment> payments)
    {
        if (payments.Any(payment => payment.State is "captured" or "refunding"))
            return new("money_back", IsMoving: true);
        var reason = order.History?.LastOrDefault(step => step.To == "cancelled")?.Reason;
        return new(reason == HoldExpired ? "expired" : "cancelled", CanBuyAgain: true, IsOver: true);
    }
}
