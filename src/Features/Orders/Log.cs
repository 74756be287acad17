using Microsoft.Extensions.Logging;

namespace Doorbuster.Orders;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "The cache of order pages is away, the table answers: {Why}")]
    public static partial void CacheAway(this ILogger log, string why);

    [LoggerMessage(Level = LogLevel.Information, Message = "Payment {Payment} of order {Order} goes back: {Reason}")]
    public static partial void PaymentSentBack(this ILogger log, long payment, long order, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Claim {Claim} is kept but its order {Order} is cancelled")]
    public static partial void ClaimKeptInCancelledOrder(this ILogger log, long claim, long order);
}
