using Doorbuster.Contracts.Accounts;
using Doorbuster.Contracts.Catalog;
using Doorbuster.Contracts.Orders;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.Orders;

/// <summary>A present for each of the demonstration's shoppers, so that their list of orders is not empty.</summary>
internal static class DemoOrders
{
    private static readonly (string Email, string Sku, string City)[] Presents =
    [
        ("ada@example.test", "MIDNIGHT-MUG", "London"), ("grace@example.test", "MIDNIGHT-MUG", "New York"),
        ("linus@example.test", "MIDNIGHT-MUG", "Helsinki"),
    ];

    public static async Task Seed(IServiceProvider services, CancellationToken cancel)
    {
        var (people, catalog) = (services.GetRequiredService<IPeople>(), services.GetRequiredService<ICatalog>());
        var placing = services.GetRequiredService<IOrderPlacing>();
        for (var i = 0; i < Presents.Length; i++)
        {
            var (email, sku, city) = Presents[i];
            if (await people.FindByEmail(email, cancel) is not { } person
                || await catalog.FindVariant(sku, cancel) is not { } variant)
                continue;
            await placing.Place(
                new OrderDraft
                {
                    Checkout = i + 1,    // no real one has so small an id: the same draft again is the same order
                    Person = person.Id,
                    Currency = variant.Currency,
                    Lines = [new(variant.Sku, variant.Title, 1, variant.PriceMinor, variant.StockPool)],
                    Adjustments = [new("promotion", "Welcome from the house", -variant.PriceMinor)],
                    TotalMinor = 0,
                    ShipTo = new(person.DisplayName, "1 Demo Street", null, city, null, "10000", "GB"),
                    Email = person.Email,
                }, cancel);
        }
    }
}
