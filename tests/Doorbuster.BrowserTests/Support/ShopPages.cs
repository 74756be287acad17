using Microsoft.Playwright;

namespace Doorbuster.BrowserTests.Support;

/// <summary>
/// Every page of the shop, once: each is opened at both widths, light and dark, with and without scripts, checked by axe, and
/// photographed by <c>bin/screenshots</c>. A new page is a new line.
/// </summary>
public static class ShopPages
{
    private static readonly ShopPage[] All =
    [
        new("home", "/"),
        new("home-zh", "/zh/"),
        new("categories", "/categories"),
        new("category", "/categories/kitchen"),
        new("category-filtered", "/categories/kitchen?attribute=guaranteeYears%3A2"),
        new("category-nothing", "/categories/kitchen?attribute=guaranteeYears%3A99"),
        new("product", "/products/MIDNIGHT-MUG"),
        new("product-variants", "/products/CLO-002-S"),
        new("product-zh", "/zh/products/MIDNIGHT-MUG"),
        new("search", "/search?q=lamp"),
        new("search-nothing", "/search?q=unobtainium"),
        new("sales", "/sales"),
        new("sale", "/sales/{sale}"),
        new("sale-zh", "/zh/sales/{sale}"),
        new("sign-in", "/sign-in"),
        new("register", "/register"),
        new("cart-empty", "/cart"),
        new("cart", "/cart", Begin: (_, visitor) => Buying.PutInCart(visitor)),
        new("checkout", "", Begin: (_, visitor) => Buying.ToCheckout(visitor)),
        new("payment", "", Begin: (_, visitor) => Buying.ToPayment(visitor)),
        new("order-declined", "", Begin: (_, visitor) => Buying.ToOrder(visitor, "decline", "Your payment was declined")),
        new("order-paid", "", Begin: (_, visitor) => Buying.ToOrder(visitor, "approve", "Your order is paid")),
        new("help", "/help"),
        new("console-sign-in", "/admin/sign-in"),
        new("console-sales", "/admin/sales?text=midnight", Begin: Administrator.BeSignedIn),
        new("console-new-sale", "/admin/sales/new", Begin: Administrator.BeSignedIn),
        new("console-sale", "/admin/sales/{sale}", Begin: Administrator.BeSignedIn),
        new("console-products", "/admin/products", Begin: Administrator.BeSignedIn),
        new("console-product", "/admin/products/MIDNIGHT-MUG", Begin: Administrator.BeSignedIn),
        new("console-sale-audit", "/admin/sales/{sale}/audit", Begin: Administrator.BeSignedIn),
        new("console-sales-none", "/admin/sales?text=unobtainium", Begin: Administrator.BeSignedIn),
        new("account", "/account", Begin: Shopper.Ada),
        new("account-zh", "/zh/account", Begin: Shopper.Grace),
        new("my-orders", "/account/orders", Begin: Shopper.Ada),
        new("my-notices", "/account/notices", Begin: Shopper.Ada),
        new("my-calendar", "/account/calendar", Begin: Shopper.Grace),
        new("my-points", "/account/points", Begin: Shopper.Grace),
        new("my-coupons", "/account/coupons", Begin: Shopper.Ada),
        new("my-red-packets", "/account/red-packets", Begin: Shopper.Grace),
        new("my-wallet", "/account/wallet", Begin: Shopper.Grace),
        new("my-addresses", "/account/addresses", Begin: Shopper.Ada),
        new("my-new-address", "/account/addresses/new", Begin: Shopper.Ada),
        new("my-settings", "/account/settings", Begin: Shopper.Ada),
        new("my-erasure", "/account/erase", Begin: Shopper.Ada),
        new("red-packet", "", Begin: Shopper.Ada) { PathOf = DemoPackets.Open },
        new("red-packet-opened", "", Begin: Shopper.Grace) { PathOf = DemoPackets.Open },
        new("red-packet-coming", "", Begin: Shopper.Ada) { PathOf = DemoPackets.Announced },
        new("console-orders", "/admin/orders?text=ada@example.test", Begin: Administrator.BeSignedIn),
        new("console-people", "/admin/people?text=ada", Begin: Administrator.BeSignedIn),
        new("console-dead-letters", "/admin/dead-letters", Begin: Administrator.BeSignedIn),
        new("console-group", "/admin/groups/trade", Begin: Administrator.BeSignedIn),
        new("console-price-list", "/admin/price-lists/trade-kitchen", Begin: Administrator.BeSignedIn),
        new("console-audit", "/admin/audit", Begin: Administrator.BeSignedIn),
        new("not-found", "/nothing-here", Status: 404),
        new("no-product", "/products/NO-SUCH-THING", Status: 404),
    ];

    public static TheoryData<string> Names => [.. All.Select(page => page.Name)];

    public static IReadOnlyList<ShopPage> Listed => All;

    public static ShopPage Named(string name) => All.Single(page => page.Name == name);
}

/// <param name="Path">With <c>{sale}</c> for the sale of the demonstration. Empty: where what is done before leads.</param>
/// <param name="Begin">What must be done before it is opened, such as signing in.</param>
public sealed record ShopPage(string Name, string Path, int Status = 200, Func<BrowserShop, Visitor, Task>? Begin = null)
{
    /// <summary>For what has another address in every shop.</summary>
    public Func<BrowserShop, Task<string>>? PathOf { get; init; }

    public async Task Open(BrowserShop shop, Visitor visitor)
    {
        if (Begin is not null)
            await Begin(shop, visitor);
        if (PathOf is null && Path.Length == 0)
            await visitor.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        else
            await visitor.Open(
                PathOf is null ? Path.Replace("{sale}", await shop.CurrentSale(), StringComparison.Ordinal) : await PathOf(shop), Status);
        if (Status >= 400)
            visitor.Forget();    // the browser notes the status itself
    }
}
