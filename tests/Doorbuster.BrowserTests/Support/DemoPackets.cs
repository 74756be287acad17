using System.Text.Json;

namespace Doorbuster.BrowserTests.Support;

/// <summary>The red packets of the demonstration: one that is open, and one that opens in an hour.</summary>
public static class DemoPackets
{
    private static Task<JsonElement>? _listed;

    public static Task<string> Open(BrowserShop shop) => Find(shop, "Happy opening");

    public static Task<string> Announced(BrowserShop shop) => Find(shop, "Lunch is on us");

    private static async Task<string> Find(BrowserShop shop, string title) =>
        "/red-packets/" + (await (_listed ??= shop.Ask("redpacket", "list"))).GetProperty("data").EnumerateArray()
            .First(packet => packet.GetProperty("title").GetString() == title).GetProperty("id").GetString();
}
