using System.Diagnostics.Metrics;

namespace Doorbuster.Orders;

/// <summary>What became of orders, counted as it is written; what is rolled back and done again counts again.</summary>
internal sealed class OrderCounts
{
    private readonly Counter<long> _steps;

    public OrderCounts(IMeterFactory meters) => _steps = meters.Create("Doorbuster.Orders").CreateCounter<long>(
        "doorbuster.orders.steps", "{order}", "Orders that entered a state, by state.");

    public void Entered(OrderState state, long count = 1) =>
        _steps.Add(count, new KeyValuePair<string, object?>("state", OrderSteps.NameOf(state)));
}
