using System.Globalization;

namespace Doorbuster.Catalog.Import;

/// <summary>Our own format, read and written; docs/reference/catalog-csv.md describes it.</summary>
internal sealed class CatalogCsv
{
    public const string DefaultCategory = "Gifts";
    public const string DefaultCurrency = "GBP";

    private const string OptionPrefix = "option:";

    private static readonly string[] Required = ["sku", "title", "price"];

    private static readonly string[] Known =
        ["sku", "product", "title", "category", "price", "currency", "stock", "description", "image", "published"];

    private readonly Dictionary<string, int> _columns = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<(string Name, int Column)> _options = [];

    private CatalogCsv(string[] header)
    {
        for (var column = 0; column < header.Length; column++)
        {
            var name = header[column];
            if (!_columns.TryAdd(name, column))
                throw new BadFileException($"The header names the column '{name}' twice.");
            if (name.StartsWith(OptionPrefix, StringComparison.OrdinalIgnoreCase) && name.Length > OptionPrefix.Length)
                _options.Add((name[OptionPrefix.Length..].Trim(), column));
            else if (!Known.Contains(name, StringComparer.OrdinalIgnoreCase))
                throw new BadFileException(
                    $"Unknown column '{name}'. Columns: {string.Join(", ", Known)}, and option:<name> for what variants differ in.");
        }
        if (_options.Count > CatalogRow.OptionsMax)
            throw new BadFileException($"At most {CatalogRow.OptionsMax} option columns.");
        if (_options.FirstOrDefault(o => o.Name.Length is 0 or > CatalogRow.OptionMax || o.Name.Any(char.IsControl)) is { Name: { } bad })
            throw new BadFileException($"'{bad}' is no name for an option.");
    }

    public static bool Recognizes(string[] header) => Required.All(name => header.Contains(name, StringComparer.OrdinalIgnoreCase));

    public static CatalogCsv For(string[] header) => new(header);

    /// <summary>The row, or why it is none.</summary>
    public (CatalogRow? Row, string Reason) Parse(string[] fields, int line)
    {
        string Field(string name) => _columns.TryGetValue(name, out var column) ? fields[column].Trim() : "";
        string Or(string text, string other) => text.Length > 0 ? text : other;

        if (CatalogRow.NormalizeSku(Field("sku")) is not { } sku
            || CatalogRow.NormalizeSku(Or(Field("product"), sku)) is not { } product)
            return (null, Reason.InvalidSku);

        var (title, description, image) = (Field("title"), Field("description"), Field("image"));
        if (title.Length == 0 && sku == product)
            return (null, Reason.MissingTitle);
        if (!CatalogRow.IsLine(title, CatalogRow.TitleMax) || !CatalogRow.IsDescription(description))
            return (null, Reason.InvalidText);

        var category = Or(Field("category"), DefaultCategory);
        if (CategoryPath.Parse(category) is not { } names)
            return (null, Reason.InvalidCategory);

        var currency = Or(Field("currency"), DefaultCurrency);
        if (!Currencies.IsCode(currency))
            return (null, Reason.InvalidCurrency);
        if (Currencies.ParsePrice(Field("price"), currency) is not { } price)
            return (null, Reason.InvalidPrice);

        long? stock = null;
        if (Field("stock") is { Length: > 0 } units)
        {
            if (!long.TryParse(units, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > CatalogRow.StockMax)
                return (null, Reason.InvalidStock);
            stock = number;
        }
        if (!CatalogRow.IsImage(image))
            return (null, Reason.InvalidImage);
        if (ParsePublished(Field("published")) is not { } published)
            return (null, Reason.InvalidPublished);

        var options = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, column) in _options)
        {
            var value = fields[column].Trim();
            if (!CatalogRow.IsLine(value, CatalogRow.OptionMax))
                return (null, Reason.InvalidText);
            if (value.Length > 0)
                options.Add(name, value);
        }
        return (new CatalogRow
        {
            Sku = sku,
            Product = product,
            Title = title,
            Category = string.Join(CategoryPath.Separator, names),
            PriceMinor = price,
            Currency = currency,
            Stock = stock,
            Description = description,
            Image = image,
            IsPublished = published,
            Options = options,
            Line = line,
        }, "");
    }

    public static IEnumerable<string> Header(IEnumerable<string> options) => [.. Known, .. options.Select(name => OptionPrefix + name)];

    public static IEnumerable<string> Format(CatalogRow row, IEnumerable<string> options) =>
    [
        row.Sku, row.Product, row.Title, row.Category, Currencies.FormatPrice(row.PriceMinor, row.Currency), row.Currency,
        row.Stock?.ToString(CultureInfo.InvariantCulture) ?? "", row.Description, row.Image, row.IsPublished ? "yes" : "no",
        .. options.Select(name => row.Options.GetValueOrDefault(name, "")),
    ];

    private static bool? ParsePublished(string text) => text.ToLowerInvariant() switch
    {
        "" or "yes" or "true" or "1" => true,
        "no" or "false" or "0" => false,
        _ => null,
    };
}
