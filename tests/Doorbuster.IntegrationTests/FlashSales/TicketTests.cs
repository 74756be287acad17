using System.Net;
using System.Text.Json;

namespace Doorbuster.IntegrationTests.FlashSales;

[Collection(nameof(SaleShop))]
public sealed class TicketTests(SaleShop shop)
{
    [Fact]
    public async Task A_ticket_tells_what_became_of_its_claim_to_its_owner_alone()
    {
        var (buyer, ticket) = await Claimed();

        using var mine = await buyer.GetAsync(Address(ticket));
        using var theirs = await shop.NewBuyer().GetAsync(Address(ticket));
        using var known = await Ask(buyer, ticket, mine.Headers.ETag!.Tag);

        Assert.Equal("confirmed", (await SaleShop.Json(mine)).GetProperty("status").GetString());
        Assert.Equal(HttpStatusCode.NotFound, theirs.StatusCode);
        Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);
    }

    [Theory]
    [InlineData("tkt_0000000000000")]
    [InlineData("tkt_7zzzzzzzzzzzz")]
    [InlineData("ord_0000000000001")]
    [InlineData("nonsense")]
    public async Task A_made_up_ticket_does_not_exist(string ticket)
    {
        using var answer = await shop.NewBuyer().GetAsync(new Uri($"/api/v1/tickets/{ticket}", UriKind.Relative));
        Assert.Equal("not_found", await SaleShop.Refused(HttpStatusCode.NotFound, answer));
    }

    [Fact]
    public async Task A_long_poll_wakes_when_the_order_is_cancelled()
    {
        var (buyer, ticket) = await Claimed();

        var waiting = Ask(buyer, ticket, "\"2\"", wait: 20);
        await Task.WhenAny(waiting, Task.Delay(200));
        Assert.False(waiting.IsCompleted);
        await Cancel(buyer, ticket);

        using var answer = await waiting;
        Assert.Equal("wait=20", answer.Headers.GetValues("Preference-Applied").Single());
        Assert.Equal("released", (await SaleShop.Json(answer)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_long_poll_without_news_ends_in_time_with_304()
    {
        var (buyer, ticket) = await Claimed();
        using var answer = await Ask(buyer, ticket, "\"2\"", wait: 1);

        Assert.Equal(HttpStatusCode.NotModified, answer.StatusCode);
    }

    [Fact]
    public async Task Events_tell_each_status_and_end_with_the_last()
    {
        var (buyer, ticket) = await Claimed();

        using var answer = await buyer.GetAsync(
            new Uri(Address(ticket) + "/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(["no"], answer.Headers.GetValues("X-Accel-Buffering"));
        using var events = new StreamReader(await answer.Content.ReadAsStreamAsync());
        Assert.StartsWith("retry: ", await events.ReadLineAsync(), StringComparison.Ordinal);
        Assert.Equal(("2", "confirmed"), await Next(events));

        await Cancel(buyer, ticket);
        Assert.Equal(("4", "released"), await Next(events));
        Assert.Equal("", (await events.ReadToEndAsync()).Trim());

        using var back = new HttpRequestMessage(HttpMethod.Get, Address(ticket) + "/events");
        back.Headers.Add("Last-Event-ID", "4");
        using var done = await buyer.SendAsync(back);
        Assert.Equal(HttpStatusCode.NoContent, done.StatusCode);
    }

    private static async Task<(string Id, string Status)> Next(StreamReader events)
    {
        string? id = null;
        while (await events.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal))
                id = line[4..];
            if (line.StartsWith("data: ", StringComparison.Ordinal))
                return (id!, JsonDocument.Parse(line[6..]).RootElement.GetProperty("status").GetString()!);
        }
        throw new InvalidOperationException("The events ended.");
    }

    private async Task<(HttpClient Buyer, string Ticket)> Claimed()
    {
        var (sale, buyer) = (await shop.Sale(units: 5), shop.NewBuyer());
        var claim = await SaleShop.Json(await shop.Claim(buyer, sale));
        return (buyer, "tkt" + claim.GetProperty("claim").GetProperty("id").GetString()![3..]);
    }

    private async Task Cancel(HttpClient buyer, string ticket)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/orders/ord{ticket[3..]}/cancellation");
        request.Headers.Add("Idempotency-Key", shop.NewKey());
        (await buyer.SendAsync(request)).EnsureSuccessStatusCode().Dispose();
    }

    private static async Task<HttpResponseMessage> Ask(HttpClient buyer, string ticket, string tag, int? wait = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Address(ticket));
        request.Headers.Add("If-None-Match", tag);
        if (wait is not null)
            request.Headers.Add("Prefer", $"wait={wait}");
        return await buyer.SendAsync(request);
    }

    private static string Address(string ticket) => $"/api/v1/tickets/{ticket}";
}
