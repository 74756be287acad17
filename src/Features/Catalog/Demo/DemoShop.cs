using Doorbuster.Catalog.Images;

namespace Doorbuster.Catalog.Demo;

/// <summary>
/// The demonstration shop: 12 categories of 18 products, and the one that is on sale. Everything follows from the place of a product in its category and a
/// fixed seed, so it is the same shop on every machine and importing it twice changes nothing.
/// </summary>
internal static class DemoShop
{
    public const int ProductsPerCategory = 18;
    public const string Currency = "GBP";

    private const int SaleEvery = 5;
    private const int FeaturedPlace = 3;
    private const int ViewsEvery = 3;
    private const ulong Seed = 20_250_101;

    // What the demonstration's flash sale sells.
    private static readonly CatalogRow Hero = new()
    {
        Sku = "MIDNIGHT-MUG",
        Product = "MIDNIGHT-MUG",
        Title = "Midnight Mug",
        Category = "Kitchen",
        PriceMinor = 24_00,
        Currency = Currency,
        Stock = 500,
        Description = "A mug of black stoneware with a star at the bottom. Seen only by those who finish their tea.",
        Images = ImagesOf("MIDNIGHT-MUG", "Midnight Mug", [DemoView.Close, DemoView.Evening, DemoView.Shelf]),
    };

    public static IEnumerable<CatalogRow> Rows() => DemoWords.Categories.SelectMany(RowsOf).Append(Hero);

    /// <summary>The title and category behind a product's code in the demonstration; null for any other.</summary>
    public static (string Title, int Category)? Find(string sku)
    {
        if (sku == Hero.Sku)
            return (Hero.Title, Array.FindIndex(DemoWords.Categories, category => category.Name == Hero.Category));
        var parts = sku.Split('-');
        if (parts.Length != 2 || !int.TryParse(parts[1], out var number) || number is < 1 or > ProductsPerCategory || parts[1].Length != 3)
            return null;
        var place = Array.FindIndex(DemoWords.Categories, category => category.Code == parts[0]);
        return place < 0 ? null : (TitleOf(DemoWords.Categories[place], number - 1), place);
    }

    private static IEnumerable<CatalogRow> RowsOf(DemoCategory category)
    {
        for (var i = 0; i < ProductsPerCategory; i++)
        {
            var chance = new Chance(Seed, category.Code, i);
            var title = TitleOf(category, i);
            var description = DescriptionOf(category, title, chance);
            var price = PriceOf(category, chance);
            var product = $"{category.Code}-{i + 1:000}";
            // Every second product comes in choices; its first one leads it.
            string[] choices = i % 2 == 1 ? category.Choices : [""];
            var leading = SkuOf(product, choices[0]);
            for (var c = 0; c < choices.Length; c++)
                yield return new CatalogRow
                {
                    Sku = SkuOf(product, choices[c]),
                    Product = leading,
                    Title = title,
                    Category = category.Name,
                    PriceMinor = price + (category.ChoicePrice * c),
                    Currency = Currency,
                    Stock = 20 + chance.Below(480),
                    Description = description,
                    Images = ImagesOf(product, title, i % ViewsEvery == 1 ? [DemoView.Close, DemoView.Evening] : []),
                    TaxClass = category.TaxClass,
                    // Every fifth product is a fifth off.
                    Sale = i % SaleEvery == SaleEvery - 1 ? new((price + (category.ChoicePrice * c)) * 4 / 5, null, null) : null,
                    Attributes = c > 0 ? null : AttributesOf(title, i),
                    Options = choices[c].Length == 0 ? [] : new(StringComparer.Ordinal) { [category.ChoiceName] = choices[c] },
                };
        }
    }

    // One of each department is on the first page.
    private static string AttributesOf(string title, int i) =>
        $$"""{"collection":"{{title.Split(' ')[0]}}","guaranteeYears":{{1 + (i % 3)}}{{(i == FeaturedPlace ? ",\"featured\":\"yes\"" : "")}}}""";

    // The first picture is what the title says; the others say what they show.
    private static IReadOnlyList<ProductImages.Item> ImagesOf(string product, string title, DemoView[] views) =>
    [
        new(GetDemoImage.AddressOf(product, DemoView.Plain)),
        .. views.Select(view => new ProductImages.Item(GetDemoImage.AddressOf(product, view), view switch
        {
            DemoView.Close => $"{title}, seen from close by",
            DemoView.Evening => $"{title} by lamplight in the evening",
            _ => $"{title}, three of them on a shelf",
        })),
    ];

    private static string SkuOf(string product, string choice) => choice.Length == 0
        ? product
        : $"{product}-{new string([.. choice.Where(char.IsAsciiLetterOrDigit)]).ToUpperInvariant()}";

    // Each noun comes with several adjectives, no pair twice: 9 nouns, and the adjective moves on with every round.
    private static string TitleOf(DemoCategory category, int i)
    {
        var noun = category.Nouns[i % category.Nouns.Length];
        var adjective = category.Adjectives[((i * 5) + (i / category.Nouns.Length)) % category.Adjectives.Length];
        return $"{adjective} {noun}";
    }

    private static string DescriptionOf(DemoCategory category, string title, Chance chance) =>
        $"{title} {chance.Of(category.Made)}. {chance.Of(category.Good)} {chance.Of(DemoWords.Closings)}";

    // Ends in .99, .95 or .50, as prices do.
    private static long PriceOf(DemoCategory category, Chance chance)
    {
        long[] endings = [99, 95, 50];
        var pounds = category.CheapestPounds + chance.Below(category.DearestPounds - category.CheapestPounds + 1);
        return (pounds * 100) + chance.Of(endings);
    }

    /// <summary>SplitMix64: chance that is the same everywhere and for ever.</summary>
    private sealed class Chance
    {
        private ulong _state;

        public Chance(ulong seed, string code, int number)
        {
            _state = seed;
            foreach (var letter in code)
                _state = (_state * 31) + letter;
            _state = (_state * 31) + (ulong)number;
        }

        public int Below(int bound) => (int)(Next() % (ulong)bound);

        public T Of<T>(T[] choices) => choices[Below(choices.Length)];

        private ulong Next()
        {
            var z = _state += 0x9E37_79B9_7F4A_7C15;
            z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
            z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
            return z ^ (z >> 31);
        }
    }
}
