namespace Doorbuster.Catalog;

/// <summary>A price that counts from a time on until before another.</summary>
/// <param name="StartsAt">Null: ever since.</param>
/// <param name="EndsAt">Null: until it is taken back.</param>
internal readonly record struct TimedPrice(long PriceMinor, DateTimeOffset? StartsAt, DateTimeOffset? EndsAt)
{
    public bool Counts(DateTimeOffset now) => !(now < StartsAt) && !(EndsAt <= now);
}

/// <summary>What it costs by a price list of a group that somebody is in.</summary>
/// <param name="StartsAt">Null: ever since.</param>
/// <param name="EndsAt">Null: until it is taken back.</param>
internal readonly record struct ListedPrice(long PriceMinor, int Priority, DateTimeOffset? StartsAt, DateTimeOffset? EndsAt)
{
    public bool Counts(DateTimeOffset now) => !(now < StartsAt) && !(EndsAt <= now);
}

/// <summary>What a variant costs at any time, without looking again.</summary>
/// <param name="ListMinor">Without a promotion.</param>
internal sealed record Prices(long ListMinor, string Currency, IReadOnlyList<TimedPrice> Timed)
{
    /// <summary>Of the price lists of the groups he is in whoever asks; empty for everybody else.</summary>
    public IReadOnlyList<ListedPrice> Listed { get; init; } = [];

    /// <summary>The lowest that counts: neither a promotion nor a price list makes anything dearer. Of several price lists the
    /// one of the highest priority counts, whatever the others say; of equal ones the lowest.</summary>
    public long At(DateTimeOffset now)
    {
        var lowest = ListMinor;
        foreach (var price in Timed)
            if (price.PriceMinor < lowest && price.Counts(now))
                lowest = price.PriceMinor;
        return ByList(now) is { } listed && listed < lowest ? listed : lowest;
    }

    /// <summary>When a timed price or a price list next begins or ends; null: never.</summary>
    public DateTimeOffset? NextChange(DateTimeOffset now)
    {
        DateTimeOffset? next = null;
        foreach (var price in Timed)
            next = Sooner(Sooner(next, price.StartsAt, now), price.EndsAt, now);
        foreach (var price in Listed)
            next = Sooner(Sooner(next, price.StartsAt, now), price.EndsAt, now);
        return next;
    }

    private long? ByList(DateTimeOffset now)
    {
        ListedPrice? best = null;
        foreach (var price in Listed)
            if (price.Counts(now) && (best is not { } known || price.Priority > known.Priority
                || price.Priority == known.Priority && price.PriceMinor < known.PriceMinor))
                best = price;
        return best?.PriceMinor;
    }

    private static DateTimeOffset? Sooner(DateTimeOffset? next, DateTimeOffset? time, DateTimeOffset now) =>
        time > now && !(next <= time) ? time : next;
}
