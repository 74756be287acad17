namespace Doorbuster.Storefront.Console.Layout;

/// <summary>The places at the console's side, in their order.</summary>
internal static class ConsolePlaces
{
    public static IReadOnlyList<(string Path, string Label, string Icon)> All { get; } =
    [
        ("/admin/sales", "console.places.sales", "bolt"),
        ("/admin/products", "console.places.products", "bag"),
        ("/admin/orders", "desk.orders", "bag"),
        ("/admin/coupons", "desk.coupons", "check"),
        ("/admin/red-packets", "desk.packets", "bolt"),
        ("/admin/people", "desk.people", "person"),
        ("/admin/groups", "pricing.place", "person"),
        ("/admin/price-lists", "pricing.lists", "bag"),
        ("/admin/dead-letters", "desk.letters", "return"),
        ("/admin/audit", "desk.audit", "lock"),
    ];
}
