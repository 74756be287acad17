using System.Collections.Frozen;
using System.Text.Json;

namespace Doorbuster.Storefront.Languages;

/// <summary>
/// The texts of one language, from the resource files beside the pages (<c>Home.en.json</c>). A key begins with its file's name in
/// small letters: <c>home.title</c>. A key that is not there is a mistake that a test finds; in the shop it shows itself.
/// </summary>
public sealed class Words
{
    private static readonly FrozenDictionary<string, Words> All = Language.All.ToFrozenDictionary(
        language => language.Code, language => new Words(language, Read(language)));

    private readonly FrozenDictionary<string, string> _texts;

    private Words(Language language, FrozenDictionary<string, string> texts) => (Language, _texts) = (language, texts);

    public Language Language { get; }

    public IEnumerable<string> Keys => _texts.Keys;

    public string this[string key] => Find(key) ?? key;

    /// <summary>With values for <c>{0}</c>, <c>{1}</c>, …</summary>
    public string this[string key, params ReadOnlySpan<object?> values] =>
        string.Format(System.Globalization.CultureInfo.InvariantCulture, this[key], values);

    public static Words In(Language language) => All[language.Code];

    public string? Find(string key) => _texts.GetValueOrDefault(key);

    /// <summary>The form for a number: <c>key.one</c> or <c>key.other</c>; the number is <c>{0}</c>, what is more from <c>{1}</c> on.</summary>
    public string Count(string key, long number, params ReadOnlySpan<object?> more) =>
        this[number == 1 && Find(key + ".one") is not null ? key + ".one" : key + ".other", [Format.Number(number, Language), .. more]];

    private static FrozenDictionary<string, string> Read(Language language)
    {
        var assembly = typeof(Words).Assembly;
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        var end = $".{language.Code}.json";
        foreach (var name in assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith("words/", StringComparison.Ordinal) && name.EndsWith(end, StringComparison.Ordinal)))
        {
            using var file = assembly.GetManifestResourceStream(name)!;
            var part = JsonSerializer.Deserialize(file, StorefrontJson.Default.DictionaryStringString)!;
            var folder = JsonNamingPolicy.CamelCase.ConvertName(name["words/".Length..^end.Length]);
            foreach (var (key, text) in part)
                texts.Add($"{folder}.{key}", text);
        }
        return texts.ToFrozenDictionary();
    }
}
