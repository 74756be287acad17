using System.Globalization;
using Doorbuster.Platform.Web;
using Doorbuster.Storefront.Api;
using Doorbuster.Storefront.Languages;
using Doorbuster.Storefront.Parts;
using Doorbuster.Storefront.Rendering;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.Storefront.Pages.Account.RedPackets;

/// <summary>The red packets a person sent and what he got of others'; and one to be sent from the wallet.</summary>
internal static class PacketsPage
{
    private const string Path = "/account/red-packets";
    private const int PacketsMax = 20;

    public static void Map(PageRoutes pages)
    {
        pages.Personal(Path, Access.Person, request => Show(request, FormState.With(("parts", "5"), ("kind", "lucky"))));
        pages.Form(Path, Access.Person, Send);
    }

    private static async Task<PageResult> Show(PageRequest request, FormState form, int status = StatusCodes.Status200OK)
    {
        var isFirst = request.Query("after") is null;
        var overview = isFirst ? request.Api.Get("/api/v1/me/overview", AccountJson.Default.MyOverview) : null;
        var wallet = isFirst ? request.Api.Get("/api/v1/me/wallet", AccountJson.Default.MyWallet) : null;
        var sent = await request.Api.Get(
            $"/api/v1/red-packets?limit={PacketsMax}{request.After()}", AccountJson.Default.Packets);
        if (sent.Refusal is { } refusal)
            return PageResult.Refused(refusal);
        return PageResult.View<RedPacketList, PacketsModel>(
            new(sent.Value!, overview is null ? null : (await overview).Value?.RedPackets,
                wallet is null ? null : (await wallet).Value?.Balances.FirstOrDefault(balance => balance.Amount > 0),
                isFirst, form, form.Values.GetValueOrDefault(Intent.KeyField) is { Length: > 0 } key ? key : Intent.NewKey()),
            status);
    }

    private static async Task<PageResult> Send(PageRequest request)
    {
        var currency = request.Field("currency");
        var draft = new MyNewPacket(
            request.Field("title"), Format.TryReadMoney(request.Field("amount"), currency, out var minor) ? minor : 0, currency,
            int.TryParse(request.Field("parts"), NumberStyles.None, CultureInfo.InvariantCulture, out var parts) ? parts : 0,
            request.Field("kind"));
        var answer = await request.Api.Send(
            "POST", "/api/v1/red-packets", AccountJson.Default.MyPacket,
            ShopApi.Json(draft, AccountJson.Default.MyNewPacket), request.Key());
        if (answer.Refusal is not { } refusal)
            return PageResult.GoTo($"/red-packets/{answer.Value!.Id}");
        if (refusal.IsHopeless())
            return PageResult.Refused(refusal);
        // What is sent next time may be something else, and then has to have another key.
        var form = FormState.Of(request.Form, refusal, request.Words);
        return await Show(
            request, form with { Values = form.Values.Where(one => one.Key != Intent.KeyField).ToDictionary() },
            refusal.FormStatus());
    }
}

/// <param name="Grabbed">Null: could not be had, or it is not the first page.</param>
/// <param name="Wallet">What can be sent; null: nothing.</param>
public sealed record PacketsModel(
    MyPage<MyPacket> Sent, MyPacketsAtAGlance? Grabbed, ApiMoney? Wallet, bool IsFirst, FormState Form, string Key);
