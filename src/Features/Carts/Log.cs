using Microsoft.Extensions.Logging;

namespace Doorbuster.Carts;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Finishing checkout {Checkout}, left in attempt {Attempt}")]
    public static partial void CheckoutResumed(this ILogger log, long checkout, int attempt);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Order {Order} was placed for checkout {Checkout} after its attempt had been given up, and is cancelled")]
    public static partial void StrayOrder(this ILogger log, long order, long checkout);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Checkout {Checkout} goes on when its lease is over: {Why}")]
    public static partial void LeaseLeft(this ILogger log, long checkout, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Checkouts left in the middle are finished later: {Why}")]
    public static partial void FinishingPutOff(this ILogger log, string why);
}
