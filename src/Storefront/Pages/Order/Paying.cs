using Doorbuster.Storefront.Api;
using Doorbuster.Storefront.Rendering;

namespace Doorbuster.Storefront.Pages.Order;

/// <summary>Sends somebody to the payment provider's page of his order.</summary>
internal static class Paying
{
    /// <summary>What the provider's page sends people back with.</summary>
    public const string CameBack = "paying";

    public static async Task<PageResult> Start(PageRequest request, string order)
    {
        var path = $"/api/v1/orders/{Uri.EscapeDataString(order)}";
        var before = await request.Api.Get($"{path}/payments", BuyingJson.Default.ApiPayments);
        if (before.Refusal is { } unknown)
            return PageResult.Refused(unknown);
        // One key per attempt: two clicks are one payment, and after one that was declined comes another.
        var answer = await request.Api.Send(
            "POST", $"{path}/payments", BuyingJson.Default.ApiPayment,
            ShopApi.Json(new(request.Language.Link($"/orders/{order}?from={CameBack}")), BuyingJson.Default.ApiPaymentWish),
            $"page-{order}-{before.Value!.Data.Count(payment => payment.State == "declined")}");
        if (answer.Refusal is { } refusal)
            // Nothing to pay, or paid this moment: the order says so.
            return PageResult.GoTo(refusal.Code is "order_paid_already" or "order_not_payable"
                ? $"/orders/{order}" : $"/orders/{order}?problem={Uri.EscapeDataString(refusal.Code)}");
        if (answer.Value!.PayUrl is not { } payUrl)
            return PageResult.GoTo($"/orders/{order}?from={CameBack}");
        // Browsers follow an answer to a form only to where our policy lets forms go, which is our own address.
        return IsOurs(payUrl, request) ? PageResult.GoTo(payUrl) : PageResult.View<PayHop, PayHopModel>(new(payUrl, order));
    }

    private static bool IsOurs(string address, PageRequest request) => Uri.TryCreate(address, UriKind.Absolute, out var uri)
        && string.Equals(
            uri.GetLeftPart(UriPartial.Authority), $"{request.Http.Request.Scheme}://{request.Http.Request.Host.Value}",
            StringComparison.OrdinalIgnoreCase);
}

public sealed record PayHopModel(string PayUrl, string Order);
