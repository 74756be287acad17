using Doorbuster.Contracts.Catalog;
using Doorbuster.Platform;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.FlashSales;

/// <summary>A sale that opens a minute after the start, so that a newcomer sees one.</summary>
internal static class DemoSale
{
    private const string Sku = "MIDNIGHT-MUG";
    private const long Units = 1_000;
    private const int SalesLookedAt = 100;

    public static async Task Seed(IServiceProvider services, CancellationToken cancel)
    {
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        var current = await services.GetRequiredService<SaleStore>().ListCurrent(now, SalesLookedAt, cancel);
        var notes = services.GetRequiredService<DemoNotes>();
        if (current.Count > 0)
        {
            var there = current[^1];
            notes.Add("Flash sale", $"{there.Title}: /sales/{there.PublicId}");
            return;
        }
        if (await services.GetRequiredService<ICatalog>().FindVariant(Sku, cancel) is not { } variant)
            return;    // a shop of its own, without the demonstration catalog

        var draft = new SaleDraft(
            variant.Sku, Units, LimitPerPerson: 1, new Money(Math.Max(1, variant.PriceMinor / 2), variant.Currency),
            SaleDraft.ParseTime("+60s", now)!.Value, SaleDraft.ParseTime("+1d", now), SaleDraft.HoldDefault);
        var desk = services.GetRequiredService<SaleDesk>();
        var made = await desk.Create(draft, requestKey: null, "demonstration", cancel);
        if (made is not Made.Sale { Value: { PublicId: var id, Title: var title } })
            return;
        notes.Add("Flash sale", $"{title}, {Units:N0} at half price, opens in 60 s: /sales/{id}");
        notes.Add("Watch it", $"/admin/sales/{id} or bin/doorbuster sale watch {id}; afterwards bin/doorbuster sale audit {id}");
    }
}
