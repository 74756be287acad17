using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace Doorbuster.FlashSales;

/// <summary>The version of a sale as the entity tag that a change must name.</summary>
internal static class SaleVersions
{
    public static string TagOf(FlashSale sale) => $"\"{sale.Version.ToString(CultureInfo.InvariantCulture)}\"";

    /// <summary>Null for what never was a version of ours.</summary>
    public static int? Read(StringValues ifMatch) =>
        ifMatch.Count == 1 && ifMatch[0] is ['"', .. var number, '"']
        && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null;
}
