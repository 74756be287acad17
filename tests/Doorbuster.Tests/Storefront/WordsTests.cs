using System.Text.RegularExpressions;
using Doorbuster.Storefront.Languages;

namespace Doorbuster.Tests.Storefront;

public sealed partial class WordsTests
{
    private static readonly Words English = Words.In(Language.English);
    private static readonly Words Chinese = Words.In(Language.Chinese);

    [Fact]
    public void Both_languages_say_the_same_things() =>
        // Chinese has one form for any number.
        Assert.Equal(
            English.Keys.Where(key => !key.EndsWith(".one", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
            Chinese.Keys.Where(key => !key.EndsWith(".one", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

    [Fact]
    public void Both_languages_put_the_same_values_into_a_text() => Assert.All(Chinese.Keys, key =>
    {
        if (English.Find(key) is { } english)
            Assert.Equal(Places().Matches(english).Select(m => m.Value).Order(), Places().Matches(Chinese[key]).Select(m => m.Value).Order());
    });

    [Fact]
    public void Every_text_that_a_page_names_is_there()
    {
        var named = Sources().SelectMany(file => Keys().Matches(File.ReadAllText(file))
            .Select(found => (File: Path.GetFileName(file), Verb: found.Groups[1].Value, Key: found.Groups[2].Value))).ToList();

        Assert.NotEmpty(named);
        Assert.All(named, text => Assert.True(
            English.Find(text.Verb == "Count" ? text.Key + ".other" : text.Key) is not null,
            $"{text.File} names {text.Key}, which is not there."));
    }

    [Fact]
    public void Every_text_is_used()
    {
        var source = string.Concat(Sources().Select(File.ReadAllText));

        Assert.All(English.Keys, key => Assert.True(
            source.Contains($"\"{key}\"", StringComparison.Ordinal)
                || Made().Any(made => made.IsMatch(key))
                || source.Contains($"\"{CountForm().Replace(key, "")}\"", StringComparison.Ordinal), $"{key} is not used."));
    }

    [Fact]
    public void One_is_not_many()
    {
        Assert.Equal("1 product", English.Count("categories.products", 1));
        Assert.Equal("1,234 products", English.Count("categories.products", 1234));
        Assert.Equal("1 件商品", Chinese.Count("categories.products", 1));
    }

    // Keys that are put together where they are used.
    private static IEnumerable<Regex> Made() =>
    [
        new(@"^errors\.[a-z_]+\.(title|text)$"), new(@"^problems\."), new(@"^parts\.wrong\."), new(@"^help\."), new(@"^facets\."),
        new(@"^sales\.(phase|band)\."), new(@"^sale\."),
        new(@"^account\.(order|reason)\."), new(@"^addresses\.country\."), new(@"^calendar\.(day|month)\."), new(@"^myCoupons\.state\."),
        new(@"^redPacket\.(phase|why)\."),
        new(@"^order\.(status|step|stage|reason)\."), new(@"^checkout\.(kind|method)\."), new(@"^countries\."),
        new(@"^desk\.(order|state)\."),
        new(@"^consoleSales\.kind\."), new(@"^pricing\.(state|wrong)\."),
    ];

    private static IEnumerable<string> Sources()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Doorbuster.slnx")))
            folder = folder.Parent!;
        var storefront = Path.Combine(folder.FullName, "src", "Storefront");
        return Directory.EnumerateFiles(storefront, "*.razor", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(storefront, "*.cs", SearchOption.AllDirectories));
    }

    [GeneratedRegex("""(?:\bT|[wW]ords)(?:\.(Count)\(|\[)"([a-z][A-Za-z0-9_.]+)"[\]),]""")]
    private static partial Regex Keys();

    [GeneratedRegex(@"\{\d\}")]
    private static partial Regex Places();

    [GeneratedRegex(@"\.(one|other)$")]
    private static partial Regex CountForm();
}
