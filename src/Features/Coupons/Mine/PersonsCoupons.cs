using System.Text.Json;
using Doorbuster.Contracts.People;

namespace Doorbuster.Coupons;

/// <summary>Coupons in a person's overview and in the export of everything we keep about them.</summary>
internal sealed class PersonsCoupons(CouponStore store, MyCoupons mine, TimeProvider clock) : IOverviewPart, IPersonalData
{
    private const int EndingShown = 5;
    private const int ExportedMax = 10_000;

    public string Name => CouponStore.PartName;

    public async Task<ReadOnlyMemory<byte>> Load(
        long person, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> needed, CancellationToken cancel)
    {
        await mine.WriteFresh(person, cancel);
        var now = clock.GetUtcNow();
        var overview = new CouponViews.Overview(
            await store.CountUsable(person, cancel),
            [.. (await store.ListEnding(person, EndingShown, cancel)).Select(coupon => CouponViews.Show(coupon, now))]);
        return JsonSerializer.SerializeToUtf8Bytes(overview, CouponsJson.Default.Overview);
    }

    public async Task<ReadOnlyMemory<byte>> Export(long person, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var coupons = await mine.List(person, long.MaxValue, ExportedMax, usableOnly: false, cancel);
        IReadOnlyList<CouponViews.Mine> shown = [.. coupons.Select(coupon => CouponViews.Show(coupon, now))];
        return JsonSerializer.SerializeToUtf8Bytes(shown, CouponsJson.Default.IReadOnlyListMine);
    }
}
