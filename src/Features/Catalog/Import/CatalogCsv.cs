using System.Globalization;
using Doorbuster.Catalog.Images;
using Doorbuster.Platform;

namespace Doorbuster.Catalog.Import;

/// <summary>Our own format, read and written; docs/reference/catalog-csv.md describes it.</summary>
internal sealed class CatalogCsv
{
    public const string DefaultCategory = "Gifts";
    public const string DefaultCurrency = "GBP";

    private const string OptionPrefix = "option:";

    private static readonly string[] Required = ["sku", "title", "price"];

    private static readonly string[] Known =
    [
        "sku", "product", "title", "category", "price", "currency", "stock", "description", "image", "image_alt", "published",
        "tax_class", "sale_price", "sale_from", "sale_until", "attributes",
    ];

    private static readonly string[] TimeFormats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK"];

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
        if (_columns.ContainsKey("image_alt") && !_columns.ContainsKey("image"))
            throw new BadFileException("The column 'image_alt' is of the pictures in the column 'image', which is missing.");
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

        var (title, description) = (Field("title"), Field("description"));
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
        if (CatalogRow.ParsePrice(Field("price"), currency) is not { } price)
            return (null, Reason.InvalidPrice);

        long? stock = null;
        if (Field("stock") is { Length: > 0 } units)
        {
            if (!long.TryParse(units, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > CatalogRow.StockMax)
                return (null, Reason.InvalidStock);
            stock = number;
        }
        var (images, isWrongImage) = ParseImages(fields);
        if (isWrongImage)
            return (null, Reason.InvalidImage);
        if (ParsePublished(Field("published")) is not { } published)
            return (null, Reason.InvalidPublished);

        var taxClass = Field("tax_class") is { Length: > 0 } named ? named : null;
        if (taxClass is not null && !TaxRules.IsTaxClass(taxClass))
            return (null, Reason.InvalidTaxClass);
        var (sale, wrongSale) = ParseSale(Field("sale_price"), Field("sale_from"), Field("sale_until"), price, currency);
        if (wrongSale is not null)
            return (null, wrongSale);
        var attributes = Field("attributes") is { Length: > 0 } json ? Attributes.Parse(json) ?? "" : null;
        if (attributes is "")
            return (null, Reason.InvalidAttributes);

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
            Images = images,
            IsPublished = published,
            Options = options,
            TaxClass = taxClass,
            Sale = sale,
            Attributes = attributes,
            Line = line,
        }, "");
    }

    public static IEnumerable<string> Header(IEnumerable<string> options) => [.. Known, .. options.Select(name => OptionPrefix + name)];

    public static IEnumerable<string> Format(CatalogRow row, IEnumerable<string> options) =>
    [
        row.Sku, row.Product, row.Title, row.Category, Currencies.Plain(row.PriceMinor, row.Currency), row.Currency,
        row.Stock?.ToString(CultureInfo.InvariantCulture) ?? "", row.Description,
        string.Join(' ', (row.Images ?? []).Select(image => image.Address)),
        string.Join('\n', (row.Images ?? []).Select(image => image.Alt)).TrimEnd('\n'), row.IsPublished ? "yes" : "no",
        row.TaxClass ?? "", row.Sale is { } sale ? Currencies.Plain(sale.PriceMinor, row.Currency) : "",
        FormatTime(row.Sale?.StartsAt), FormatTime(row.Sale?.EndsAt), row.Attributes ?? "",
        .. options.Select(name => row.Options.GetValueOrDefault(name, "")),
    ];

    // Addresses have no blanks, so blanks and lines are between them; what the pictures show is a line for each.
    private (IReadOnlyList<ProductImages.Item>? Images, bool IsWrong) ParseImages(string[] fields)
    {
        if (!_columns.TryGetValue("image", out var column))
            return (null, false);
        var addresses = fields[column].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var words = _columns.TryGetValue("image_alt", out var alt) ? fields[alt].Replace("\r\n", "\n").TrimEnd('\n') : "";
        string[] lines = words.Length == 0 ? [] : words.Split('\n');
        return addresses.Length > ProductImages.PerProductMax || lines.Length > addresses.Length
            || !addresses.All(ProductImages.IsAddress) || !lines.All(ProductImages.IsAlt)
            || addresses.Distinct().Count() < addresses.Length
            ? (null, true)
            : ([.. addresses.Select((address, i) => new ProductImages.Item(address, lines.ElementAtOrDefault(i) ?? ""))], false);
    }

    private static (TimedPrice? Sale, string? Wrong) ParseSale(
        string price, string from, string until, long listMinor, string currency)
    {
        if (price.Length == 0)
            return (null, from.Length + until.Length > 0 ? Reason.InvalidSalePrice : null);
        if (CatalogRow.ParsePrice(price, currency) is not { } minor || minor >= listMinor)
            return (null, Reason.InvalidSalePrice);
        var (start, end) = (ParseTime(from), ParseTime(until));
        return from.Length > 0 && start is null || until.Length > 0 && end is null || end <= start
            ? (null, Reason.InvalidSaleTime)
            : (new TimedPrice(minor, start, end), null);
    }

    // With its offset: a time without is another one on every machine. In whole milliseconds, as everywhere.
    internal static DateTimeOffset? ParseTime(string text) =>
        text is [.., 'Z'] or [.., '+' or '-', _, _, ':', _, _]
        && DateTimeOffset.TryParseExact(text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
        && time.Year is >= 2000 and < 2200
            ? DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds())
            : null;

    internal static string FormatTime(DateTimeOffset? time) =>
        time?.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture) ?? "";

    internal static bool? ParsePublished(string text) => text.ToLowerInvariant() switch
    {
        "" or "yes" or "true" or "1" => true,
        "no" or "false" or "0" => false,
        _ => null,
    };
}
