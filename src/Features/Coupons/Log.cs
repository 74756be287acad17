using Doorbuster.Contracts.Claims;
using Microsoft.Extensions.Logging;

namespace Doorbuster.Coupons;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Coupon template {Template} ({Handle}) made by {By}")]
    public static partial void TemplateMade(this ILogger log, string template, string handle, string by);

    [LoggerMessage(Level = LogLevel.Information,
        Message = "Coupon template {Template} changed to version {Version}: {State}, by {By}")]
    public static partial void TemplateChanged(this ILogger log, string template, int version, PoolState state, string by);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Version {Version} of coupon template {Template} has not reached its pool, {Store} is away; it will")]
    public static partial void TemplatePending(this ILogger log, string template, int version, string store);

    [LoggerMessage(Level = LogLevel.Error, Message = "Coupon template {Template} cannot be carried to its pool")]
    public static partial void TemplateStuck(this ILogger log, Exception error, long template);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Coupon templates cannot be looked after: {Error}")]
    public static partial void TemplatesNotRead(this ILogger log, string error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Fresh coupons are shown when they are written: {Why}")]
    public static partial void FreshClaimsAway(this ILogger log, string why);
}
