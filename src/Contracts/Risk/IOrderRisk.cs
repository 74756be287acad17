using Doorbuster.Contracts.Orders;

namespace Doorbuster.Contracts.Risk;

/// <summary>Whether something is odd about an order.</summary>
public interface IOrderRisk
{
    /// <summary>Asked before the goods of a paid order leave. One that was not looked at yet is looked at now, so the answer
    /// never depends on which message came first; a cleared order is not held any more.</summary>
    Task<ShippingClearance> ClearForShipping(OrderFact order, CancellationToken cancel);
}

/// <param name="Why">What holds it, in words for those who run the shop; null when nothing does.</param>
public sealed record ShippingClearance(bool IsHeld, string? Why);
