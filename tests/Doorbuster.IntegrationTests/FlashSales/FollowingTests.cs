using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Doorbuster.IntegrationTests.FlashSales;

/// <summary>Sales and tickets as they are followed: streams for browsers, sockets for other clients.</summary>
[Collection(nameof(SaleShop))]
public sealed class FollowingTests(SaleShop shop) : IDisposable
{
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromSeconds(20));

    [Fact]
    public async Task Everybody_who_follows_is_told_at_once_that_nothing_is_left_and_what_comes_back()
    {
        var sale = await shop.Sale(units: 1);
        var streams = new List<StreamReader>();
        for (var i = 0; i < 20; i++)
            streams.Add(await Follow(sale));
        foreach (var stream in streams)
            Assert.Equal("open", (await Next(stream)).Data.GetProperty("phase").GetString());

        using var claimed = await shop.Claim(shop.NewBuyer(), sale);
        Assert.Equal(HttpStatusCode.Created, claimed.StatusCode);

        var told = await Task.WhenAll(streams.Select(async stream =>
        {
            var next = await Next(stream);
            return (next, At: TimeProvider.System.GetTimestamp());
        }));
        Assert.All(told, one => Assert.Equal("sold_out", one.next.Data.GetProperty("phase").GetString()));
        var spread = TimeProvider.System.GetElapsedTime(told.Min(one => one.At), told.Max(one => one.At));
        Assert.True(spread < TimeSpan.FromSeconds(1), $"The last one was told {spread} after the first.");

        // Who looks after sales notes when that was, and everybody is told what becomes of unpaid units.
        var soldOut = (await Next(streams[0])).Data.GetProperty("soldOut");
        Assert.Equal(1, soldOut.GetProperty("units").GetInt64());
        Assert.InRange(soldOut.GetProperty("afterS").GetInt32(), 1, 60);
        Assert.True(soldOut.GetProperty("unpaidUntil").GetDateTimeOffset() > TimeProvider.System.GetUtcNow());
        streams.ForEach(stream => stream.Dispose());
    }

    [Fact]
    public async Task Who_comes_back_is_told_only_what_he_missed_and_not_again_after_the_end()
    {
        var sale = await shop.Sale(units: 5);
        using var first = await Follow(sale);
        var seen = await Next(first);

        using var back = await Follow(sale, seen.Id);
        using var paused = await shop.Change(sale, new { state = "paused" });
        Assert.Equal("paused", (await Next(back)).Data.GetProperty("phase").GetString());

        using var missed = await Follow(sale, seen.Id);
        Assert.Equal("paused", (await Next(missed)).Data.GetProperty("phase").GetString());

        using var closed = await shop.Change(sale, new { state = "closed" });
        var last = await Next(back);
        Assert.Equal("ended", last.Data.GetProperty("phase").GetString());
        Assert.Equal("", (await back.ReadToEndAsync(_patience.Token)).Trim());
        using var over = await Ask(sale, last.Id);
        Assert.Equal(HttpStatusCode.NoContent, over.StatusCode);
    }

    [Fact]
    public async Task A_socket_tells_the_same_and_closes_after_the_last()
    {
        var sale = await shop.Sale(units: 5);
        using var socket = await Open($"/api/v1/sales/{sale}/socket");
        var open = await Receive(socket);
        Assert.Equal(("sale", "open"), (open.GetProperty("event").GetString(), PhaseOf(open)));

        using var resumed = await Open($"/api/v1/sales/{sale}/socket?lastEventId={open.GetProperty("id").GetString()}");
        using var closed = await shop.Change(sale, new { state = "closed" });

        Assert.Equal("ended", PhaseOf(await Receive(socket)));
        Assert.Equal("ended", PhaseOf(await Receive(resumed)));
        Assert.Equal(WebSocketCloseStatus.NormalClosure, await Close(socket));
        Assert.Equal(WebSocketCloseStatus.NormalClosure, await Close(resumed));
    }

    [Fact]
    public async Task A_tickets_socket_is_its_owners()
    {
        var (sale, buyer) = (await shop.Sale(units: 5), shop.NewBuyer());
        var claim = await SaleShop.Json(await shop.Claim(buyer, sale));
        var path = $"/api/v1/tickets/tkt{claim.GetProperty("claim").GetProperty("id").GetString()![3..]}/socket";

        using var socket = await Open(path, buyer);
        var confirmed = await Receive(socket);
        Assert.Equal("confirmed", confirmed.GetProperty("data").GetProperty("status").GetString());

        using var cancelling = new HttpRequestMessage(
            HttpMethod.Post, $"/api/v1/orders/{confirmed.GetProperty("data").GetProperty("claim").GetProperty("orderId").GetString()}/cancellation");
        cancelling.Headers.Add("Idempotency-Key", shop.NewKey());
        (await buyer.SendAsync(cancelling)).EnsureSuccessStatusCode().Dispose();
        Assert.Equal("released", (await Receive(socket)).GetProperty("data").GetProperty("status").GetString());
        Assert.Equal(WebSocketCloseStatus.NormalClosure, await Close(socket));

        Assert.Equal(HttpStatusCode.NotFound, await Refused(path, shop.NewBuyer()));
        Assert.Equal(HttpStatusCode.Unauthorized, await Refused(path, shop.Shop.Client));
    }

    [Fact]
    public async Task A_socket_takes_nothing_and_no_strange_pages()
    {
        var sale = await shop.Sale(units: 5);
        var path = $"/api/v1/sales/{sale}/socket";
        using var talker = await Open(path);
        await Receive(talker);
        await talker.SendAsync(Encoding.UTF8.GetBytes("hello"), WebSocketMessageType.Text, true, _patience.Token);
        Assert.Equal(WebSocketCloseStatus.PolicyViolation, await Close(talker));

        Assert.Equal(HttpStatusCode.Forbidden, await Refused(path, shop.Shop.Client, "https://evil.example"));
        using var ours = await Open(path, origin: shop.Shop.Client.BaseAddress!.GetLeftPart(UriPartial.Authority));
        Assert.Equal("open", PhaseOf(await Receive(ours)));
        Assert.Equal(HttpStatusCode.NotFound, await Refused("/api/v1/sales/sal_0000000000001/socket", shop.Shop.Client));

        using var plain = await shop.Shop.Client.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal("upgrade_required", await SaleShop.Refused(HttpStatusCode.UpgradeRequired, plain));
    }

    public void Dispose() => _patience.Dispose();

    private async Task<StreamReader> Follow(string sale, string? lastEventId = null)
    {
        var answer = await Ask(sale, lastEventId);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        return new StreamReader(await answer.Content.ReadAsStreamAsync(_patience.Token));
    }

    private async Task<HttpResponseMessage> Ask(string sale, string? lastEventId)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/sales/{sale}/events");
        if (lastEventId is not null)
            request.Headers.Add("Last-Event-ID", lastEventId);
        return await shop.Shop.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, _patience.Token);
    }

    private async Task<(string Id, JsonElement Data)> Next(StreamReader events)
    {
        string? id = null;
        while (await events.ReadLineAsync(_patience.Token) is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal))
                id = line[4..];
            if (id is not null && line.StartsWith("data: ", StringComparison.Ordinal))
                return (id, JsonDocument.Parse(line[6..]).RootElement);
        }
        throw new InvalidOperationException("The events ended.");
    }

    private async Task<ClientWebSocket> Open(string path, HttpClient? person = null, string? origin = null)
    {
        var socket = Socket(person, origin);
        await socket.ConnectAsync(AddressOf(path), _patience.Token);
        return socket;
    }

    private async Task<HttpStatusCode> Refused(string path, HttpClient person, string? origin = null)
    {
        using var socket = Socket(person, origin);
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(AddressOf(path), _patience.Token));
        return socket.HttpStatusCode;
    }

    private static ClientWebSocket Socket(HttpClient? person, string? origin)
    {
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        if (person?.DefaultRequestHeaders.Authorization is { } token)
            socket.Options.SetRequestHeader("Authorization", token.ToString());
        if (origin is not null)
            socket.Options.SetRequestHeader("Origin", origin);
        return socket;
    }

    private Uri AddressOf(string path) => new($"ws://127.0.0.1:{shop.Shop.Port}{path}");

    private async Task<JsonElement> Receive(ClientWebSocket socket)
    {
        var buffer = new byte[4_096];
        var received = await socket.ReceiveAsync(buffer, _patience.Token);
        Assert.Equal((WebSocketMessageType.Text, true), (received.MessageType, received.EndOfMessage));
        return JsonDocument.Parse(buffer.AsMemory(0, received.Count)).RootElement;
    }

    private async Task<WebSocketCloseStatus?> Close(ClientWebSocket socket)
    {
        var received = await socket.ReceiveAsync(new byte[4_096], _patience.Token);
        Assert.Equal(WebSocketMessageType.Close, received.MessageType);
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, _patience.Token);
        return socket.CloseStatus;
    }

    private static string? PhaseOf(JsonElement message) => message.GetProperty("data").GetProperty("phase").GetString();
}
