using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Doorbuster.Platform.Commands;

namespace Doorbuster.Carts;

/// <summary>The table of shipping rates as a file: all of it is good and is written, or nothing is.</summary>
internal sealed partial class ShippingCsv(ShippingStore store)
{
    public static readonly string[] Header = ["method", "country", "currency", "title", "price_minor", "free_from_minor"];

    private static readonly string TooMany = $"There would be more than {ShippingStore.RatesMax} rates.";

    public async IAsyncEnumerable<string[]> Rows([EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var rate in await store.List(cancel))
            yield return
            [
                rate.Method, rate.Country, rate.Currency, rate.Title, rate.PriceMinor.ToString(CultureInfo.InvariantCulture),
                rate.FreeFromMinor?.ToString(CultureInfo.InvariantCulture) ?? "",
            ];
    }

    /// <summary>The number of rates in the file, or what is wrong with which line.</summary>
    public async Task<(int Count, string? Wrong)> Import(TextReader text, CancellationToken cancel)
    {
        var rates = new Dictionary<(string, string, string), ShippingRate>();
        using var csv = CsvImport.Reader(text);
        await csv.ReadHeaderAsync(cancel);
        if (!csv.Headers.ToArray().SequenceEqual(Header))
            return (0, $"The first line must be: {string.Join(',', Header)}");
        while (await csv.ReadAsync(cancel))
        {
            var fields = Enumerable.Range(0, csv.FieldCount).Select(csv.GetString).ToArray();
            if (Read(Array.ConvertAll(fields, CsvExport.Typed)) is not { } rate)
                return (0, $"Line {csv.LineNumber} is not a rate: {string.Join(',', fields)}");
            if (!rates.TryAdd((rate.Method, rate.Country, rate.Currency), rate))
                return (0, $"Line {csv.LineNumber} repeats {rate.Method} to {rate.Country} in {rate.Currency}.");
            if (rates.Count > ShippingStore.RatesMax)
                return (0, TooMany);
        }
        return await store.TryWriteAll([.. rates.Values], cancel) ? (rates.Count, null) : (0, TooMany);
    }

    private static ShippingRate? Read(string[] fields)
    {
        if (fields is not [var method, var country, var currency, var title, var price, var free]
            || !Method().IsMatch(method) || !Country().IsMatch(country) || !Currency().IsMatch(currency)
            || title.Length is 0 or > ShippingRate.TitleMax || !Title().IsMatch(title)
            || !TryReadAmount(price, out var priceMinor) || priceMinor > ShippingRate.PriceMax)
            return null;
        long? freeFrom = null;
        if (free.Length > 0)
        {
            if (!TryReadAmount(free, out var amount))
                return null;
            freeFrom = amount;
        }
        return new(method, country, currency, title, priceMinor, freeFrom);
    }

    private static bool TryReadAmount(string text, out long amount) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out amount);

    [GeneratedRegex(ShippingRate.MethodShape)]
    private static partial Regex Method();

    [GeneratedRegex(ShippingRate.CountryShape)]
    private static partial Regex Country();

    [GeneratedRegex(ShippingRate.CurrencyShape)]
    private static partial Regex Currency();

    [GeneratedRegex(ShippingRate.TitleShape)]
    private static partial Regex Title();
}
