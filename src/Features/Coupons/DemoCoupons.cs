using Doorbuster.Platform;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.Coupons;

/// <summary>One of each kind, so that a newcomer can claim and use them.</summary>
internal static class DemoCoupons
{
    private const string Currency = "GBP";

    public static async Task Seed(IServiceProvider services, CancellationToken cancel)
    {
        var (desk, store) = (services.GetRequiredService<TemplateDesk>(), services.GetRequiredService<TemplateStore>());
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        foreach (var draft in Drafts(now))
            if (await store.FindByHandle(draft.Handle, cancel) is null)
                await desk.Create(draft, requestKey: null, "demonstration", cancel);
        services.GetRequiredService<DemoNotes>().Add(
            "Coupons", "GET /api/v1/coupon-offers; the code SPRING-5 takes £5 off at POST /api/v1/me/coupons");
    }

    private static IEnumerable<TemplateDraft> Drafts(DateTimeOffset now)
    {
        yield return new TemplateDraft
        {
            Handle = "WELCOME-10",
            Title = "10 % off your first order, at most £20",
            ClaimBy = ClaimBy.Click,
            Terms = new(1_000, null, 2_000, Currency, 1_000, CouponScope.Everything, [], IsStackable: false),
            ReturnsOnRefund = true,
            ValidFor = TimeSpan.FromDays(30),
            OpensAt = now,
        };
        yield return new TemplateDraft
        {
            Handle = "FIRST-50",
            Title = "£3 off, for the first fifty",
            ClaimBy = ClaimBy.Click,
            Terms = new(null, 300, null, Currency, 0, CouponScope.Everything, [], IsStackable: true),
            Total = 50,
            OpensAt = now,
        };
        yield return new TemplateDraft
        {
            Handle = "SPRING-5",
            Title = "£5 off from £30",
            ClaimBy = ClaimBy.Code,
            Terms = new(null, 500, null, Currency, 3_000, CouponScope.Everything, [], IsStackable: true),
            OpensAt = now,
        };
    }
}
