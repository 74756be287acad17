using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.Orders;

internal static class Problems
{
    public static readonly Problem Held = new(StatusCodes.Status409Conflict, "order_held",
        "Something about the order is odd: it is not shipped before somebody has looked at it.")
    {
        Advice = "`detail` says what was found. Release it or cancel it: "
            + "`POST /api/admin/v1/risk/orders/{id}/decision`.",
    };

    public static readonly Problem KeySpent = new(StatusCodes.Status409Conflict, "idempotency_key_spent",
        "This order was tried too often under one key.")
    {
        Advice = "Its units were held and let go several times. Start again with a new `Idempotency-Key`.",
    };

    public static readonly Problem NotCancellable = new(StatusCodes.Status409Conflict, "order_not_cancellable",
        "The order can no longer be cancelled.")
    {
        Advice = "It is shipped, or its payment won the race against the cancellation this moment. "
            + "`GET /api/v1/orders/{id}` shows its state.",
    };

    public static readonly Problem NotReturnable = new(StatusCodes.Status409Conflict, "order_not_returnable",
        "The order cannot be sent back.")
    {
        Advice = "Only what was shipped can, and once. Cancel what is not shipped yet.",
    };

    public static readonly Problem WrongState = new(StatusCodes.Status409Conflict, "order_wrong_state",
        "The order's state does not allow that.")
    {
        Advice = "`detail` names its state. Paid orders are shipped, shipped ones completed, and what buyers send back "
            + "is received or declined.",
    };

    public static readonly Problem NotRefundable = new(StatusCodes.Status409Conflict, "order_not_refundable",
        "The order has no money that could go back.")
    {
        Advice = "`detail` names its state. It is not paid, nothing was to pay, or all of it is on its way back.",
    };

    public static readonly Problem RefundTooHigh = new(StatusCodes.Status409Conflict, "refund_too_high",
        "That is more than is left of the order's money.")
    {
        Advice = "`left` says what can still go back: the total without all earlier refunds.",
    };

    public static readonly Problem WrongCurrency = new(StatusCodes.Status409Conflict, "wrong_currency",
        "The order was paid in another currency.")
    {
        Advice = "`detail` names it. Leave `currency` out, or send that one.",
    };
}
