namespace Doorbuster.Catalog.Demo;

/// <summary>Tax rules for a few places, for the demonstration: real rates of 2025, no advice.</summary>
internal static class DemoTaxes
{
    public static readonly (string Country, string Region, string TaxClass, string Title, int RateBasisPoints)[] Rules =
    [
        ("GB", "", "standard", "VAT 20%", 2000), ("GB", "", "reduced", "VAT 5%", 500), ("GB", "", "zero", "VAT 0%", 0),
        ("IE", "", "standard", "VAT 23%", 2300), ("IE", "", "reduced", "VAT 13.5%", 1350),
        ("DE", "", "standard", "MwSt. 19%", 1900), ("DE", "", "reduced", "MwSt. 7%", 700),
        ("FR", "", "standard", "TVA 20%", 2000), ("FR", "", "reduced", "TVA 5,5%", 550),
        ("JP", "", "standard", "Consumption tax 10%", 1000), ("JP", "", "reduced", "Consumption tax 8%", 800),
        ("US", "CA", "standard", "Sales tax 7.25%", 725), ("US", "NY", "standard", "Sales tax 4%", 400),
        ("CA", "", "standard", "GST 5%", 500), ("CA", "ON", "standard", "HST 13%", 1300),
    ];
}
