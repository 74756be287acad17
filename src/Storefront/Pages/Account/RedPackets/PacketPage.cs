using Doorbuster.Platform.Web;
using Doorbuster.Storefront.Api;
using Doorbuster.Storefront.Rendering;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.Storefront.Pages.Account.RedPackets;

/// <summary>One red packet, for whoever has its address: wait for it, grab a part, see who got what.</summary>
internal static class PacketPage
{
    private const int GrabsMax = 40;

    public static void Map(PageRoutes pages)
    {
        pages.Personal("/red-packets/{id}", Access.Person, request => Show(request, After.Nothing));
        pages.Form("/red-packets/{id}", Access.Person, Grab);
    }

    private static async Task<PageResult> Show(PageRequest request, After after)
    {
        var address = AddressOf(request);
        var packet = await request.Api.Get(address, AccountJson.Default.MyPacket);
        if (packet.Refusal is { } refusal)
            return PageResult.Refused(refusal);
        var mayLook = packet.Value!.SentByYou || packet.Value.Yours is not null;
        var grabs = mayLook
            ? await request.Api.Get($"{address}/grabs?limit={GrabsMax}{request.After()}", AccountJson.Default.Grabs)
            : default;
        return grabs.Refusal is { Status: < StatusCodes.Status500InternalServerError } wrong
            ? PageResult.Refused(wrong)
            : PageResult.View<RedPacketView, PacketModel>(
                new(packet.Value, grabs.Value, mayLook && grabs.Refusal is not null, request.Query("after") is null,
                    after, Intent.NewKey()),
                after.Refused?.FormStatus() ?? StatusCodes.Status200OK);
    }

    private static async Task<PageResult> Grab(PageRequest request)
    {
        var answer = await request.Api.Send(
            "POST", $"{AddressOf(request)}/grabs", AccountJson.Default.MyGrabAnswer, key: request.Key());
        return answer.Refusal switch
        {
            null => await Show(request, new(true, answer.Value?.Grab, null)),
            // By a click before, or in another tab: what one has is what one wanted.
            { Code: "red_packet_grabbed" } => await Show(request, new(true, null, null)),
            { Status: StatusCodes.Status409Conflict or StatusCodes.Status503ServiceUnavailable } refused =>
                await Show(request, new(false, null, refused)),
            { } refusal => PageResult.Refused(refusal),
        };
    }

    private static string AddressOf(PageRequest request) => $"/api/v1/red-packets/{Uri.EscapeDataString(request.Route("id"))}";
}

/// <summary>What became of a grab, when the page answers one.</summary>
/// <param name="IsYours">A part is the person's.</param>
/// <param name="Grab">Which, where that is known.</param>
/// <param name="Refused">Why there is none.</param>
public sealed record After(bool IsYours, MyGrabbedNow? Grab, ApiRefusal? Refused)
{
    public static After Nothing { get; } = new(false, null, null);
}

/// <param name="Grabs">Who got what; null when it is not the person's to see.</param>
/// <param name="IsAway">It is, and could not be had.</param>
/// <param name="Key">Of the grab that may follow.</param>
public sealed record PacketModel(
    MyPacket Packet, MyPage<MyGrab>? Grabs, bool IsAway, bool IsFirst, After After, string Key)
{
    /// <summary>Null: none, or it is not known yet.</summary>
    public ApiMoney? Got => Packet.Yours?.Amount ?? (After.Grab is { } now ? new(now.Amount, now.Currency) : null);

    public bool HasPart => Packet.Yours is not null || After.IsYours;

    /// <summary>A part is the person's, and is about to be written.</summary>
    public bool IsSettling => HasPart && Packet.Yours is null;

    public bool MayGrab => !HasPart && Packet.Phase == "open";
}
