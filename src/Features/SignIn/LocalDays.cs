namespace Doorbuster.SignIn;

/// <summary>Dates and midnights of a zone, also where clocks are put forward or back at midnight.</summary>
internal static class LocalDays
{
    private static readonly TimeSpan GapStep = TimeSpan.FromMinutes(15);

    public static DateOnly Of(DateTimeOffset at, TimeZoneInfo zone) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime);

    /// <summary>The first moment that is after the day.</summary>
    public static DateTimeOffset EndOf(DateOnly day, TimeZoneInfo zone)
    {
        var local = day.AddDays(1).ToDateTime(TimeOnly.MinValue);
        while (zone.IsInvalidTime(local))
            local += GapStep;    // midnight does not exist that night: the day begins where the gap ends
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }
}
