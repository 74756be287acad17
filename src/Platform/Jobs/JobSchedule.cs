using System.Globalization;
using Quartz;

namespace Doorbuster.Platform.Jobs;

/// <summary>When a job is due, in UTC and the same in every process.</summary>
public sealed class JobSchedule
{
    private readonly Func<DateTimeOffset, DateTimeOffset> _next;

    private JobSchedule(string text, Func<DateTimeOffset, DateTimeOffset> next) => (Text, _next) = (text, next);

    public string Text { get; }

    /// <summary>At the multiples of the interval, counted from the year 1.</summary>
    public static JobSchedule Every(TimeSpan interval)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(interval, TimeSpan.FromSeconds(1));
        return new JobSchedule(
            string.Create(CultureInfo.InvariantCulture, $"every {interval:c}"),
            after => new DateTimeOffset((after.UtcTicks / interval.Ticks + 1) * interval.Ticks, TimeSpan.Zero));
    }

    /// <summary>As Quartz writes it, with seconds first: <c>0 30 3 * * ?</c> is half past three each night.</summary>
    public static JobSchedule Cron(string expression)
    {
        var cron = new CronExpression(expression, TimeZoneInfo.Utc);
        if (cron.GetNextValidTimeAfter(DateTimeOffset.UnixEpoch) is null)
            throw new ArgumentException($"'{expression}' never comes.", nameof(expression));
        return new JobSchedule(expression, after => cron.GetNextValidTimeAfter(after) ?? DateTimeOffset.MaxValue);
    }

    /// <summary>The first time it is due after <paramref name="after"/>.</summary>
    public DateTimeOffset NextAfter(DateTimeOffset after) => _next(after);
}
