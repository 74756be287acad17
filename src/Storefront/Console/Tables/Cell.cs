using System.Globalization;
using Doorbuster.Platform;
using Doorbuster.Storefront.Api;
using Doorbuster.Storefront.Languages;

namespace Doorbuster.Storefront.Console.Tables;

/// <summary>What stands in a field of a table, for people and for files.</summary>
/// <param name="Plain">As programs read it.</param>
public abstract record Cell(string Plain)
{
    /// <summary>Where it leads.</summary>
    public string? Path { get; init; }

    public static Cell Of(string? text, string? path = null) => new Text(text ?? "") { Path = path };

    public static Cell Of(long? number) => new Number(number);

    public static Cell Of(DateTimeOffset? at) => new Moment(at);

    public static Cell Of(ApiMoney money) => new Amount(money);

    /// <param name="label">A text of the console.</param>
    /// <param name="tone"><c>urgent</c>, <c>quiet</c> or empty.</param>
    public static Cell Word(string plain, string label, string tone = "") => new Tag(plain, label, tone);

    public static Cell Of(bool yes) => new Tag(yes ? "true" : "false", yes ? "console.yes" : "console.no", yes ? "" : "quiet");

    public sealed record Text(string Plain) : Cell(Plain);

    public sealed record Number(long? Value) : Cell(Value?.ToString(CultureInfo.InvariantCulture) ?? "");

    public sealed record Moment(DateTimeOffset? At)
        : Cell(At?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "");

    public sealed record Amount(ApiMoney Money)
        : Cell($"{Currencies.Plain(Money.Amount, Money.Currency)} {Money.Currency}");

    public sealed record Tag(string Plain, string Label, string Tone) : Cell(Plain);
}
