using Doorbuster.Contracts.Catalog;
using Doorbuster.Platform;

namespace Doorbuster.Carts;

/// <summary>A cart as its owner sees it, at the prices of this moment.</summary>
/// <param name="Subtotal">Of what is for sale; null while nothing is.</param>
internal sealed record CartView(IReadOnlyList<CartItemView> Items, int Units, MoneyView? Subtotal)
{
    public static async Task<CartView> Of(Cart cart, ICatalog catalog, CancellationToken cancel)
    {
        if (cart.Lines.Count == 0)
            return new([], 0, null);
        var variants = (await catalog.FindVariants([.. cart.Lines.Select(line => line.Sku)], cart.Person, cancel))
            .ToDictionary(variant => variant.Sku);
        CartItemView[] items = [.. cart.Lines.Select(line => CartItemView.Of(line, variants.GetValueOrDefault(line.Sku)))];
        var sold = items.Where(item => item.Total is not null).ToList();
        return new(
            items, items.Sum(item => item.Quantity),
            sold.Count == 0 ? null : new(sold.Sum(item => item.Total!.Amount), sold[0].Total!.Currency));
    }
}

/// <param name="UnitPrice">Today's; null when it is not for sale any more.</param>
/// <param name="ListPrice">Without the promotion that makes today's lower.</param>
/// <param name="PriceWhenAdded">So that a change of price is seen.</param>
internal sealed record CartItemView(
    string Sku, string? Title, int Quantity, bool IsForSale, MoneyView? UnitPrice, MoneyView? ListPrice, MoneyView? Total,
    MoneyView PriceWhenAdded)
{
    public static CartItemView Of(CartLine line, Variant? variant) => variant is null
        ? new(line.Sku, null, line.Quantity, false, null, null, null, new(line.PriceMinor, line.Currency))
        : new(
            line.Sku, variant.Title, line.Quantity, true, new(variant.PriceMinor, variant.Currency),
            new(Math.Max(variant.ListPriceMinor, variant.PriceMinor), variant.Currency),
            new(checked(variant.PriceMinor * line.Quantity), variant.Currency), new(line.PriceMinor, line.Currency));
}
