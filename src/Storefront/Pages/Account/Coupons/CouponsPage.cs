using Doorbuster.Platform.Web;
using Doorbuster.Storefront.Api;
using Doorbuster.Storefront.Parts;
using Doorbuster.Storefront.Rendering;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.Storefront.Pages.Account.Coupons;

/// <summary>One's own coupons, those to be had by a click, and a field for codes.</summary>
internal static class CouponsPage
{
    private const string Path = "/account/coupons";
    private const int CouponsMax = 20;
    private const int OffersMax = 20;

    public static void Map(PageRoutes pages)
    {
        pages.Personal(Path, Access.Person, request => Show(request, FormState.Empty));
        pages.Form(Path + "/code", Access.Person, EnterCode, shows: Path);
        pages.Form(Path + "/{id}", Access.Person, Claim, shows: Path);
    }

    private static async Task<PageResult> Show(
        PageRequest request, FormState form, MyCouponClaimed? claimed = null, int status = StatusCodes.Status200OK)
    {
        var isFirst = request.Query("after") is null;
        var offers = isFirst
            ? request.Api.Get($"/api/v1/coupon-offers?limit={OffersMax}", AccountJson.Default.CouponOffers)
            : null;
        var mine = await request.Api.Get(
            $"/api/v1/me/coupons?limit={CouponsMax}{request.After()}", AccountJson.Default.Coupons);
        if (mine.Refusal is { } refusal)
            return PageResult.Refused(refusal);
        var offered = offers is null ? [] : ((await offers).Value?.Data ?? []).Select(offer => (offer, Intent.NewKey())).ToList();
        return PageResult.View<CouponList, CouponsModel>(
            new(mine.Value!, offered, isFirst, form, claimed, form.Values.GetValueOrDefault(Intent.KeyField) ?? Intent.NewKey()),
            status);
    }

    private static async Task<PageResult> Claim(PageRequest request) => await Answer(request, await request.Api.Send(
        "POST", $"/api/v1/coupon-offers/{Uri.EscapeDataString(request.Route("id"))}/claims", AccountJson.Default.MyCouponClaimed,
        key: request.Key()), keepsField: false);

    private static async Task<PageResult> EnterCode(PageRequest request) => await Answer(request, await request.Api.Send(
        "POST", "/api/v1/me/coupons", AccountJson.Default.MyCouponClaimed,
        ShopApi.Json(new(request.Field("code")), AccountJson.Default.MyCouponCode), request.Key()), keepsField: true);

    private static async Task<PageResult> Answer(PageRequest request, ApiAnswer<MyCouponClaimed> answer, bool keepsField)
    {
        if (answer.Refusal is not { } refusal)
            return await Show(request, FormState.Empty, answer.Value);
        if (refusal.Code != "coupon_code_unknown" && refusal.IsHopeless())
            return PageResult.Refused(refusal);
        // Another code is another intent, and gets another key.
        var form = FormState.Of(request.Form, refusal, request.Words);
        var values = new Dictionary<string, string>();
        if (keepsField)
            values["code"] = request.Field("code");
        return await Show(request, form with { Values = values }, status: refusal.FormStatus());
    }
}

/// <param name="Offers">Each with the key of its button.</param>
/// <param name="Claimed">Just now.</param>
public sealed record CouponsModel(
    MyPage<MyCoupon> Mine, IReadOnlyList<(MyCouponOffer Offer, string Key)> Offers, bool IsFirst, FormState Form,
    MyCouponClaimed? Claimed, string CodeKey);
