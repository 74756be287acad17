using Doorbuster.Contracts.Orders;
using Doorbuster.Contracts.Payments;
using Doorbuster.Platform;

namespace Doorbuster.Notices;

/// <summary>What people read about their orders. They know what they did themselves, so that is not told.</summary>
internal static class OrderNotices
{
    private const int LinesShown = 5;

    public static NewNotice? Of(string to, string reason, OrderFact order) => (to, reason) switch
    {
        ("paid", _) => Make("order_paid", order, "Your order is paid",
            $"Thank you. We have received {Currencies.Text(order.TotalMinor, order.Currency)} for order {Name(order.Id)}."
            + $"\n\n{Lines(order)}\n\nWe will tell you when it is on its way."),
        ("shipped", _) => Make("order_shipped", order, "Your order is on its way",
            $"Order {Name(order.Id)} has been handed over for delivery.\n\n{Lines(order)}"),
        ("cancelled", "hold_expired") => Make("order_expired", order, "Your order was not paid in time",
            $"Order {Name(order.Id)} was cancelled because no payment reached us in time, and what was set aside for "
            + $"you is on sale again. You have not been charged.\n\n{Lines(order)}"),
        ("cancelled", "cancelled_by_buyer") => null,
        ("cancelled", _) or ("refunding", "cancelled_by_shop") => Make("order_cancelled", order, "Your order was cancelled",
            $"We are sorry: we had to cancel order {Name(order.Id)}. If you have paid, the money goes back to you."
            + $"\n\n{Lines(order)}"),
        _ => null,
    };

    public static NewNotice Of(PaymentRefunded refund) => new(
        refund.Person, $"refund:{refund.Payment}:{refund.Refund}", "refund", "Your money is on its way back",
        $"We have returned {Currencies.Text(refund.AmountMinor, refund.Currency)} for order {Name(refund.Order)} to the "
        + "way you paid. It may take your bank a few days to show it.",
        PathTo(refund.Order));

    private static NewNotice Make(string kind, OrderFact order, string title, string text) =>
        new(order.Person, $"{kind}:{order.Id}", kind, title, text, PathTo(order.Id));

    private static string Lines(OrderFact order)
    {
        var lines = order.Lines.Take(LinesShown).Select(line => $"{line.Quantity} × {line.Title}").ToList();
        if (order.Lines.Length > LinesShown)
            lines.Add($"and {order.Lines.Length - LinesShown} more");
        return string.Join('\n', lines);
    }

    private static string Name(long order) => PublicId.Format("ord", order);

    private static string PathTo(long order) => $"/orders/{Name(order)}";
}
