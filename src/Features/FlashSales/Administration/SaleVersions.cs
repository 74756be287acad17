using System.Globalization;

namespace Doorbuster.FlashSales;

/// <summary>The version of a sale as the entity tag that a change must name.</summary>
internal static class SaleVersions
{
    public static string TagOf(FlashSale sale) => $"\"{sale.Version.ToString(CultureInfo.InvariantCulture)}\"";

    /// <summary>Null for what never was a version of ours.</summary>
    public static int? Read(string ifMatch) =>
        ifMatch is ['"', .. var number, '"']
        && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null;
}
