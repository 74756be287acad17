using Doorbuster.Contracts.Accounts;
using Doorbuster.Contracts.Catalog;
using Doorbuster.Contracts.Orders;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.Orders;

/// <summary>A present for each of the demonstration's shoppers, so that their list of orders is not empty, and so that there is
/// something that was bought together.</summary>
internal static class DemoOrders
{
    private static readonly (string Email, string[] Skus, string City)[] Presents =
    [
        ("ada@example.test", ["MIDNIGHT-MUG", "KIT-005", "KIT-003"], "London"),
        ("grace@example.test", ["MIDNIGHT-MUG", "KIT-005", "KIT-001"], "New York"),
        ("linus@example.test", ["MIDNIGHT-MUG", "KIT-003"], "Helsinki"),
    ];

    public static async Task Seed(IServiceProvider services, CancellationToken cancel)
    {
        var (people, catalog) = (services.GetRequiredService<IPeople>(), services.GetRequiredService<ICatalog>());
        var placing = services.GetRequiredService<IOrderPlacing>();
        for (var i = 0; i < Presents.Length; i++)
        {
            var (email, skus, city) = Presents[i];
            if (await people.FindByEmail(email, cancel) is not { } person
                || await catalog.FindVariants(skus, cancel) is not [var first, ..] variants)
                continue;
            await placing.Place(
                new OrderDraft
                {
                    Checkout = i + 1,    // no real one has so small an id: the same draft again is the same order
                    Person = person.Id,
                    Currency = first.Currency,
                    Lines = [.. variants.Select(item => new DraftLine(item.Sku, item.Title, 1, item.PriceMinor, item.StockPool))],
                    Adjustments = [new("promotion", "Welcome from the house", -variants.Sum(item => item.PriceMinor))],
                    TotalMinor = 0,
                    ShipTo = new(person.DisplayName, "1 Demo Street", null, city, null, "10000", "GB"),
                    Email = person.Email,
                }, cancel);
        }
    }
}
