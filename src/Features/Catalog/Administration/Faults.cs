using Doorbuster.Platform;
using Doorbuster.Platform.Web;

namespace Doorbuster.Catalog.Administration;

/// <summary>What is wrong with a request, by field, as in its JSON.</summary>
internal sealed class Faults
{
    private readonly Dictionary<string, string[]> _errors = [];

    /// <summary>Null when nothing is.</summary>
    public Problem? Problem => _errors.Count == 0 ? null : WebProblems.Invalid(_errors);

    public Faults Unless(bool isRight, string field, string what)
    {
        if (!isRight)
            _errors.TryAdd(field, [what]);
        return this;
    }

    public Faults CheckTitle(string? title) => Unless(
        title is null || CatalogRow.IsTitle(title), "title", $"must be one line of 1 to {CatalogRow.TitleMax} characters");

    public Faults CheckDescription(string? description) => Unless(
        description is null || CatalogRow.IsDescription(description), "description",
        $"must be text of at most {CatalogRow.DescriptionMax} characters");

    public Faults CheckPrice(string field, MoneyView? price) => price is null
        ? this
        : Unless(price.Amount is >= 1 and <= CatalogRow.PriceMinorMax, $"{field}.amount",
                $"must be 1 to {CatalogRow.PriceMinorMax} of the currency's minor unit")
            .Unless(Currencies.IsCode(price.Currency), $"{field}.currency", "must be a code of ISO 4217, such as GBP");

    public Faults CheckStock(string field, long stock) => Unless(
        stock is >= 0 and <= CatalogRow.StockMax, field, $"must be 0 to {CatalogRow.StockMax}");

    public Faults CheckTaxClass(string field, string? taxClass) => Unless(
        taxClass is null || TaxRules.IsTaxClass(taxClass), field,
        $"must be 1 to {TaxRules.TaxClassMax} lower case letters, digits and hyphens, such as standard");

    public Faults CheckOptions(string field, IReadOnlyDictionary<string, string>? options) => Unless(
        options is null || options.Count <= CatalogRow.OptionsMax && options.All(option =>
            option.Key.Length > 0 && CatalogRow.IsLine(option.Key, CatalogRow.OptionMax)
            && option.Value is { Length: > 0 } && CatalogRow.IsLine(option.Value, CatalogRow.OptionMax)),
        field, $"must be at most {CatalogRow.OptionsMax} options, names and values of 1 to {CatalogRow.OptionMax} characters");
}
