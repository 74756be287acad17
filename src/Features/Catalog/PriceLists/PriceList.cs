namespace Doorbuster.Catalog.PriceLists;

/// <summary>Prices for the members of a group of customers.</summary>
/// <param name="Code">For ever.</param>
/// <param name="Group">The group's code.</param>
/// <param name="Prices">How many variants have one in it.</param>
internal sealed record PriceList(
    long Id, string Code, string Name, string Currency, string Group, int Priority, DateTimeOffset? StartsAt,
    DateTimeOffset? EndsAt, bool IsActive, long Prices, long Version, DateTimeOffset UpdatedAt)
{
    public const int CodeMax = 40;
    public const int NameMax = 80;
    public const int PriorityMax = 1_000;    // and as far below zero

    /// <summary>In the shop.</summary>
    public const int ListsMax = 200;

    /// <summary>In one list.</summary>
    public const int PricesMax = 100_000;

    private static readonly DateTimeOffset TimeMin = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset TimeMax = new(2200, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Of a list, and of a group.</summary>
    public static bool IsCode(string text) => text.Length is > 0 and <= CodeMax && text[0] != '-'
        && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    public static bool IsName(string text) => CatalogRow.IsLine(text, NameMax) && !string.IsNullOrWhiteSpace(text);

    public static bool IsPriority(int priority) => priority is >= -PriorityMax and <= PriorityMax;

    public static bool IsTime(DateTimeOffset? time) => time is null || time >= TimeMin && time < TimeMax;

    // In whole milliseconds: what is read back is what was sent, in every store and language.
    public static DateTimeOffset? Whole(DateTimeOffset? time) =>
        time is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds()) : null;
}
