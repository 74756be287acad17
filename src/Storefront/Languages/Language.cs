namespace Doorbuster.Storefront.Languages;

/// <summary>A language the shop speaks. Each page has an address per language, so that any cache may keep it.</summary>
/// <param name="Tag">As in <c>lang</c> and <c>hreflang</c>.</param>
/// <param name="Code">Names its resource files: <c>Home.zh.json</c>.</param>
/// <param name="Prefix">Begins its addresses.</param>
/// <param name="Name">In the language itself.</param>
public sealed record Language(string Tag, string Code, string Prefix, string Name)
{
    public static Language English { get; } = new("en", "en", "", "English");
    public static Language Chinese { get; } = new("zh-Hans", "zh", "/zh", "简体中文");
    public static IReadOnlyList<Language> All { get; } = [English, Chinese];

    /// <summary>The first is what people get who speak none of them.</summary>
    public static Language Default => English;

    public static Language? Find(string? code) => All.FirstOrDefault(language => language.Code == code);

    public static Language OfTag(string tag) => All.First(language => language.Tag == tag);

    /// <summary>The language of an address.</summary>
    public static Language OfPath(string path) => All.FirstOrDefault(language => language.Prefix.Length > 0
        && (path == language.Prefix || path.StartsWith(language.Prefix + "/", StringComparison.Ordinal))) ?? Default;

    /// <summary>The path as it is in the default language.</summary>
    public string Strip(string path) => Prefix.Length == 0 || !path.StartsWith(Prefix, StringComparison.Ordinal)
        ? path
        : path.Length == Prefix.Length ? "/" : path[Prefix.Length..];

    public string Link(string path) => Prefix + (path == "/" && Prefix.Length > 0 ? "/" : path);

    /// <summary>The best of ours for what a browser says it reads.</summary>
    public static Language Negotiate(string? acceptLanguage)
    {
        var best = (Language: Default, Weight: 0.0);
        foreach (var part in (acceptLanguage ?? "").Split(',', 20))
        {
            var pieces = part.Split(';');
            var tag = pieces[0].Trim();
            var weight = pieces.Length < 2 ? 1.0
                : double.TryParse(pieces[1].AsSpan().Trim().TrimStart("q=").Trim(),
                    System.Globalization.CultureInfo.InvariantCulture, out var q) ? q : 0;
            var ours = All.FirstOrDefault(language => tag.Equals(language.Code, StringComparison.OrdinalIgnoreCase)
                || tag.StartsWith(language.Code + "-", StringComparison.OrdinalIgnoreCase));
            if (ours is not null && weight > best.Weight)
                best = (ours, weight);
        }
        return best.Language;
    }
}
