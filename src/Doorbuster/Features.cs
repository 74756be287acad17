using Doorbuster.Accounts;
using Doorbuster.Books;
using Doorbuster.Carts;
using Doorbuster.Catalog;
using Doorbuster.Claims;
using Doorbuster.Coupons;
using Doorbuster.FlashSales;
using Doorbuster.Notices;
using Doorbuster.Orders;
using Doorbuster.Payments;
using Doorbuster.Platform;
using Doorbuster.RedPackets;
using Doorbuster.Risk;
using Doorbuster.SignIn;
using Doorbuster.Storefront;
using Doorbuster.Storefront.Console;
using Doorbuster.UserCenter;
using Doorbuster.Webhooks;

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
        new BooksFeature(),
        new CartsFeature(),
        new CouponsFeature(),
        new RedPacketsFeature(),
        new SignInFeature(),
        new NoticesFeature(),
        new RiskFeature(),
        new UserCenterFeature(),
        new WebhooksFeature(),
        new StorefrontFeature(),
        new ConsoleFeature(),
    ];
}
