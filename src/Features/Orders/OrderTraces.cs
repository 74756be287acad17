using System.Diagnostics;

namespace Doorbuster.Orders;

/// <summary>
/// Continues the traces of the buyers' requests up to the written order, for those that are recorded.
/// </summary>
internal sealed class OrderTraces : IDisposable
{
    private static readonly ActivitySource Source = new("Doorbuster.Orders");

    private readonly List<Activity> _spans = [];

    private OrderTraces() { }

    public static OrderTraces? Start(IReadOnlyDictionary<long, string>? parents)
    {
        if (parents is null || !Source.HasListeners())
            return null;

        // Each buyer's trace gets a span of its own; none of them is the parent of what runs here.
        var current = Activity.Current;
        var traces = new OrderTraces();
        foreach (var (order, parent) in parents)
        {
            if (Source.StartActivity("write order", ActivityKind.Consumer, parent) is not { } span)
                continue;
            span.SetTag("doorbuster.order", order);
            traces._spans.Add(span);
        }
        Activity.Current = current;
        return traces;
    }

    public void Dispose()
    {
        var current = Activity.Current;
        foreach (var span in _spans)
            span.Dispose();
        Activity.Current = current;
    }
}
