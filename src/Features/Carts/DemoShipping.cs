using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.Carts;

/// <summary>Two ways of shipping. What somebody changed since stays as it is.</summary>
internal static class DemoShipping
{
    private static readonly ShippingRate[] Rates =
    [
        new("standard", "GB", "GBP", "Standard, 2 to 3 days", 395, 5_000),
        new("standard", ShippingRate.Elsewhere, "GBP", "Standard, about a week", 995, 15_000),
        new("express", "GB", "GBP", "Express, next day", 795, null),
        new("express", ShippingRate.Elsewhere, "GBP", "Express, 2 to 3 days", 2_495, null),
    ];

    public static async Task Seed(IServiceProvider services, CancellationToken cancel)
    {
        var store = services.GetRequiredService<ShippingStore>();
        foreach (var rate in Rates)
            await store.TryWrite(rate, version: 0, cancel);
    }
}
