namespace Doorbuster.Orders;

internal sealed class OrdersOptions
{
    /// <summary>What is ordered from now on counts as an order only once it is paid. Each order keeps to the setting under which it
    /// was written.</summary>
    public bool PayFirst { get; set; }
}
