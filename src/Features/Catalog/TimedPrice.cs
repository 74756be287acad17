namespace Doorbuster.Catalog;

/// <summary>A price that counts from a time on until before another.</summary>
/// <param name="StartsAt">Null: ever since.</param>
/// <param name="EndsAt">Null: until it is taken back.</param>
internal readonly record struct TimedPrice(long PriceMinor, DateTimeOffset? StartsAt, DateTimeOffset? EndsAt)
{
    public bool Counts(DateTimeOffset now) => !(now < StartsAt) && !(EndsAt <= now);
}

/// <summary>What a variant costs at any time, without looking again.</summary>
/// <param name="ListMinor">Without a promotion.</param>
internal sealed record Prices(long ListMinor, string Currency, IReadOnlyList<TimedPrice> Timed)
{
    /// <summary>The lowest that counts: a promotion never makes anything dearer.</summary>
    public long At(DateTimeOffset now)
    {
        var lowest = ListMinor;
        foreach (var price in Timed)
            if (price.PriceMinor < lowest && price.Counts(now))
                lowest = price.PriceMinor;
        return lowest;
    }

    /// <summary>When a timed price next begins or ends; null: never.</summary>
    public DateTimeOffset? NextChange(DateTimeOffset now)
    {
        DateTimeOffset? next = null;
        foreach (var price in Timed)
        {
            if (price.StartsAt > now && !(next <= price.StartsAt))
                next = price.StartsAt;
            if (price.EndsAt > now && !(next <= price.EndsAt))
                next = price.EndsAt;
        }
        return next;
    }
}
