using Doorbuster.Accounts;
using Doorbuster.Catalog;
using Doorbuster.Claims;
using Doorbuster.FlashSales;
using Doorbuster.Orders;
using Doorbuster.Payments;
using Doorbuster.Platform;

namespace Doorbuster;

internal static class Features
{
    /// <summary>In the order in which they are seeded.</summary>
    public static IReadOnlyList<Feature> All { get; } =
    [
        new ClaimsFeature(),
        new AccountsFeature(),
        new CatalogFeature(),
        new FlashSalesFeature(),
        new OrdersFeature(),
        new PaymentsFeature(),
    ];
}
