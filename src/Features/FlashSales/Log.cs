using Doorbuster.Contracts.Claims;
using Microsoft.Extensions.Logging;

namespace Doorbuster.FlashSales;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Information,
        Message = "Sale {Sale} made: {Units} of {Sku}, opens at {OpensAt:u}, by {By}")]
    public static partial void SaleMade(
        this ILogger log, string sale, string sku, long units, DateTimeOffset opensAt, string by);

    [LoggerMessage(Level = LogLevel.Information,
        Message = "Sale {Sale} changed to version {Version}: {State}, {Units} units, opens at {OpensAt:u}, by {By}")]
    public static partial void SaleChanged(
        this ILogger log, string sale, int version, PoolState state, long units, DateTimeOffset opensAt, string by);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Version {Version} of sale {Sale} has not reached its pool, {Store} is away; it will")]
    public static partial void SalePending(this ILogger log, string sale, int version, string store);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Finished sale {Sale}, whose version {Version} somebody had left half-made")]
    public static partial void SaleFinished(this ILogger log, string sale, int version);

    [LoggerMessage(Level = LogLevel.Error, Message = "Sale {Sale} cannot be carried to its pool")]
    public static partial void SaleStuck(this ILogger log, Exception error, string sale);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Sale {Sale} is shown as last read: {Error}")]
    public static partial void SaleShownStale(this ILogger log, string sale, string error);

    [LoggerMessage(Level = LogLevel.Information, Message = "Sale {Sale} is {Phase} now ({Title})")]
    public static partial void SalePhaseChanged(this ILogger log, string sale, string phase, string title);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Sales cannot be looked after: {Error}")]
    public static partial void SalesNotRead(this ILogger log, string error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Tickets cannot be read, people wait: {Error}")]
    public static partial void TicketsNotRead(this ILogger log, string error);

    [LoggerMessage(Level = LogLevel.Error, Message = "Tickets cannot be read, people wait")]
    public static partial void TicketsFailed(this ILogger log, Exception error);

    [LoggerMessage(Level = LogLevel.Error, Message = "A sale cannot be read, people wait")]
    public static partial void SalesFailed(this ILogger log, Exception error);

    [LoggerMessage(Level = LogLevel.Debug, Message = "A ticket signal was lost: {Error}")]
    public static partial void SignalLost(this ILogger log, string error);
}
