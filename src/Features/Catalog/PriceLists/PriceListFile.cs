using System.Globalization;
using Doorbuster.Catalog.Import;
using Doorbuster.Platform;

namespace Doorbuster.Catalog.PriceLists;

/// <summary>What a file says of one price list: its first row of the list, and a price a row.</summary>
internal sealed class PriceListFile
{
    private readonly Dictionary<string, string> _fields;

    private PriceListFile(int line, Dictionary<string, string> fields) => (Line, _fields) = (line, fields);

    public int Line { get; }

    public string Group => Field("group");

    /// <summary>By SKU. An empty text takes it out.</summary>
    public Dictionary<string, (string Text, int Line)> Prices { get; } = [];

    /// <exception cref="FormatException">The row is none of a price list.</exception>
    public static PriceListFile Begin(int line, Dictionary<string, string> fields)
    {
        var file = new PriceListFile(line, fields);
        file.Need("name", text => text.Length == 0 || PriceList.IsName(text));
        file.Need("currency", text => text.Length == 0 || Currencies.IsCode(text));
        file.Need("group", text => text.Length == 0 || PriceList.IsCode(text));
        file.Need("priority", text => text.Length == 0 || ParsePriority(text) is not null);
        file.Need("from", text => text.Length == 0 || CatalogCsv.ParseTime(text) is not null);
        file.Need("until", text => text.Length == 0 || CatalogCsv.ParseTime(text) is not null);
        file.Need("active", text => CatalogCsv.ParsePublished(text) is not null);
        return file;
    }

    /// <summary>Whether a later row is of the same list: what it says of it is the same, or empty.</summary>
    public bool Agrees(Dictionary<string, string> fields) => fields.All(field =>
        field.Key is "sku" or "price" || field.Value.Length == 0 || field.Value == Field(field.Key));

    /// <exception cref="FormatException">It is no SKU, no price, or there already.</exception>
    public void AddPrice(int line, Dictionary<string, string> fields)
    {
        var (sku, price) = (fields.GetValueOrDefault("sku", ""), fields.GetValueOrDefault("price", ""));
        if (sku.Length == 0 && price.Length == 0)
            return;
        if (CatalogRow.NormalizeSku(sku) is not { } normal)
            throw new FormatException($"line {line}: '{sku}' is no SKU.");
        if (!Prices.TryAdd(normal, (price, line)))
            throw new FormatException($"line {line} repeats {normal} in {Field("code")}.");
    }

    /// <summary>The list as the file wants it. What it does not say stays as it was, or is as usual.</summary>
    /// <exception cref="FormatException">A new list lacks something, or it would end before it begins.</exception>
    public PriceList Apply(PriceList? before)
    {
        if (before is null && (Field("name").Length == 0 || Field("currency").Length == 0 || Group.Length == 0))
            throw new FormatException($"line {Line}: a new list needs name, currency and group.");
        if (before is not null && Or("currency", before.Currency) != before.Currency)
            throw new FormatException($"line {Line}: the currency of a list stays, {before.Currency}.");
        var list = before ?? new(
            Id: 0, Field("code"), "", Field("currency"), "", Priority: 0, StartsAt: null, EndsAt: null, IsActive: true,
            Prices: 0, Version: 0, default);
        list = list with
        {
            Name = Or("name", list.Name),
            Group = Or("group", list.Group),
            Priority = ParsePriority(Field("priority")) ?? list.Priority,
            StartsAt = _fields.ContainsKey("from") ? CatalogCsv.ParseTime(Field("from")) : list.StartsAt,
            EndsAt = _fields.ContainsKey("until") ? CatalogCsv.ParseTime(Field("until")) : list.EndsAt,
            IsActive = Field("active").Length == 0 ? list.IsActive : CatalogCsv.ParsePublished(Field("active"))!.Value,
        };
        return list.EndsAt <= list.StartsAt
            ? throw new FormatException($"line {Line}: '{list.Code}' would end before it begins.")
            : list;
    }

    /// <param name="currencies">Of the variants there are, by SKU.</param>
    /// <exception cref="FormatException">There is no such variant, it is sold in another currency, or it is no price.</exception>
    public List<(string Sku, long PriceMinor)> PricesIn(string currency, Dictionary<string, string> currencies)
    {
        var prices = new List<(string, long)>(Prices.Count);
        foreach (var (sku, (text, line)) in Prices)
        {
            if (!currencies.TryGetValue(sku, out var own))
                throw new FormatException($"line {line}: there is no variant {sku}.");
            if (text.Length == 0)
                continue;
            if (own != currency)
                throw new FormatException($"line {line}: {sku} is sold in {own}, not in {currency}.");
            prices.Add((sku, CatalogRow.ParsePrice(text, currency)
                ?? throw new FormatException($"line {line}: '{text}' is no price in {currency}.")));
        }
        return prices;
    }

    private string Field(string column) => _fields.GetValueOrDefault(column, "");

    private string Or(string column, string other) => Field(column) is { Length: > 0 } text ? text : other;

    private void Need(string column, Func<string, bool> isRight)
    {
        if (!isRight(Field(column)))
            throw new FormatException($"line {Line}: '{Field(column)}' cannot be the {column} of a price list.");
    }

    private static int? ParsePriority(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var priority)
        && PriceList.IsPriority(priority) ? priority : null;
}
