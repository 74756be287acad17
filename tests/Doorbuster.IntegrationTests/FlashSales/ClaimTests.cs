using System.Net;
using System.Text;

namespace Doorbuster.IntegrationTests.FlashSales;

[Collection(nameof(SaleShop))]
public sealed class ClaimTests(SaleShop shop)
{
    [Fact]
    public async Task A_claim_is_answered_with_its_order_and_counted()
    {
        var sale = await shop.Sale(units: 3);

        using var answer = await shop.Claim(shop.NewBuyer(), sale, body: """{"quantity":2}""");
        var claim = (await SaleShop.Json(answer)).GetProperty("claim");

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal($"/api/v1/orders/{claim.GetProperty("orderId")}", answer.Headers.Location!.ToString());
        Assert.Equal(2, claim.GetProperty("quantity").GetInt32());
        Assert.Equal(2, claim.GetProperty("ordinal").GetInt32());
        Assert.Equal("held", claim.GetProperty("state").GetString());
        Assert.Equal(DateTimeKind.Utc, claim.GetProperty("payBy").GetDateTime().Kind);
        var audit = await shop.Audit(sale);
        Assert.Equal((3, 2, 1, true), (audit.GetProperty("offered").GetInt32(), audit.GetProperty("held").GetInt32(),
            audit.GetProperty("free").GetInt32(), audit.GetProperty("clean").GetBoolean()));
    }

    [Fact]
    public async Task The_same_key_gets_the_same_bytes_and_takes_nothing_more()
    {
        var (sale, buyer, key) = (await shop.Sale(units: 5), shop.NewBuyer(), shop.NewKey());

        using var first = await shop.Claim(buyer, sale, key);
        using var again = await shop.Claim(buyer, sale, $"\"{key}\"");

        Assert.Equal(HttpStatusCode.Created, again.StatusCode);
        Assert.Equal(await first.Content.ReadAsStringAsync(), await again.Content.ReadAsStringAsync());
        Assert.False(first.Headers.Contains("Idempotent-Replayed"));
        Assert.Equal(["true"], again.Headers.GetValues("Idempotent-Replayed"));
        Assert.Equal(1, (await shop.Audit(sale)).GetProperty("held").GetInt32());
    }

    [Fact]
    public async Task A_key_used_for_another_quantity_is_refused()
    {
        var (sale, buyer, key) = (await shop.Sale(units: 5), shop.NewBuyer(), shop.NewKey());
        (await shop.Claim(buyer, sale, key)).Dispose();

        Assert.Equal("idempotency_key_reused", await SaleShop.Refused(
            HttpStatusCode.UnprocessableEntity, await shop.Claim(buyer, sale, key, """{"quantity":2}""")));
    }

    [Fact]
    public async Task A_hundred_buyers_cannot_take_more_than_the_ten_units_and_every_loser_is_told()
    {
        var sale = await shop.Sale(units: 10, limit: 1);
        var buyers = Enumerable.Range(0, 100).Select(_ => shop.NewBuyer()).ToList();

        // Everybody clicks twice, with the same key.
        var keys = buyers.ConvertAll(_ => shop.NewKey());
        var answers = await Task.WhenAll(buyers.Zip(keys).SelectMany(b =>
            new[] { shop.Claim(b.First, sale, b.Second), shop.Claim(b.First, sale, b.Second) }));

        Assert.Equal(20, answers.Count(a => a.StatusCode == HttpStatusCode.Created));
        Assert.Equal(180, answers.Count(a => a.StatusCode == HttpStatusCode.Conflict));
        var audit = await shop.Audit(sale);
        Assert.Equal((10, 0), (audit.GetProperty("held").GetInt32(), audit.GetProperty("free").GetInt32()));
        Assert.True(audit.GetProperty("clean").GetBoolean());
    }

    [Fact]
    public async Task When_all_is_gone_losers_hear_it_and_a_winner_who_retries_still_has_his()
    {
        var (sale, winner, key) = (await shop.Sale(units: 1), shop.NewBuyer(), shop.NewKey());
        using var won = await shop.Claim(winner, sale, key);
        Assert.Equal(HttpStatusCode.Created, won.StatusCode);

        for (var i = 0; i < 5; i++)
            Assert.Equal("sold_out", await SaleShop.Conflict(await shop.Claim(shop.NewBuyer(), sale)));
        await Eventually.IsTrue(async () => await shop.Phase(sale) == "sold_out", "the state says sold out");
        Assert.Equal("none", (await shop.State(sale)).GetProperty("stockBand").GetString());

        using var again = await shop.Claim(winner, sale, key);
        Assert.Equal(HttpStatusCode.Created, again.StatusCode);
    }

    [Fact]
    public async Task Nobody_gets_more_than_the_limit()
    {
        var (sale, buyer) = (await shop.Sale(units: 10, limit: 2), shop.NewBuyer());
        (await shop.Claim(buyer, sale)).Dispose();

        Assert.Equal("limit_reached", await SaleShop.Conflict(
            await shop.Claim(buyer, sale, body: """{"quantity":2}""")));
        Assert.Equal(1, (await shop.Audit(sale)).GetProperty("held").GetInt32());
    }

    [Fact]
    public async Task Before_the_opening_people_are_told_when_to_come_back()
    {
        var sale = await shop.Sale(units: 1, opens: "+40s");
        using var answer = await shop.Claim(shop.NewBuyer(), sale);

        Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 20, 40);
        Assert.Equal("not_open", await SaleShop.Conflict(answer));
    }

    [Fact]
    public async Task A_paused_or_closed_sale_sells_nothing_but_stands_by_what_it_sold()
    {
        var (sale, buyer, key) = (await shop.Sale(units: 10), shop.NewBuyer(), shop.NewKey());
        (await shop.Claim(buyer, sale, key)).Dispose();

        (await shop.Change(sale, new { state = "paused" })).EnsureSuccessStatusCode();
        Assert.Equal("paused", await SaleShop.Conflict(await shop.Claim(shop.NewBuyer(), sale)));
        using (var replay = await shop.Claim(buyer, sale, key))
            Assert.Equal(HttpStatusCode.Created, replay.StatusCode);

        (await shop.Change(sale, new { state = "open" })).EnsureSuccessStatusCode();
        using (var resumed = await shop.Claim(shop.NewBuyer(), sale))
            Assert.Equal(HttpStatusCode.Created, resumed.StatusCode);

        (await shop.Change(sale, new { state = "closed" })).EnsureSuccessStatusCode();
        Assert.Equal("closed", await SaleShop.Conflict(await shop.Claim(shop.NewBuyer(), sale)));
        using (var replay = await shop.Claim(buyer, sale, key))
            Assert.Equal(HttpStatusCode.Created, replay.StatusCode);
        Assert.Equal(2, (await shop.Audit(sale)).GetProperty("held").GetInt32());
    }

    [Fact]
    public async Task A_claim_that_was_cancelled_is_not_promised_again()
    {
        var (sale, buyer, key) = (await shop.Sale(units: 10), shop.NewBuyer(), shop.NewKey());
        var claim = (await SaleShop.Json(await shop.Claim(buyer, sale, key))).GetProperty("claim");
        var order = claim.GetProperty("orderId").GetString();
        using (var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/orders/{order}/cancellation"))
        {
            request.Headers.Add("Idempotency-Key", shop.NewKey());
            (await buyer.SendAsync(request)).EnsureSuccessStatusCode().Dispose();
        }

        Assert.Equal("claim_released", await SaleShop.Conflict(await shop.Claim(buyer, sale, key)));
        using var anew = await shop.Claim(buyer, sale);
        Assert.Equal(HttpStatusCode.Created, anew.StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"quantity":0}""")]
    [InlineData("""{"quantity":-5}""")]
    [InlineData("""{"quantity":1e9}""")]
    [InlineData("""{"quantity":"1"}""")]
    [InlineData("""{"quantity":1,"quantity":1}""")]
    [InlineData("""{"quantity":1,"unitPrice":1}""")]
    [InlineData("""{"quantity":1} and more""")]
    public async Task Nonsense_is_refused_and_changes_nothing(string body)
    {
        var sale = await shop.Sale(units: 10);

        Assert.Equal("invalid_request", await SaleShop.Refused(
            HttpStatusCode.BadRequest, await shop.Claim(shop.NewBuyer(), sale, body: body)));
        Assert.Equal(10, (await shop.Audit(sale)).GetProperty("free").GetInt32());
    }

    [Fact]
    public async Task A_request_without_a_sound_key_is_refused_and_changes_nothing()
    {
        var (sale, buyer) = (await shop.Sale(units: 10), shop.NewBuyer());

        Assert.Equal("idempotency_key_missing", await SaleShop.Refused(
            HttpStatusCode.BadRequest, await shop.Claim(buyer, sale, key: null)));
        Assert.Equal("idempotency_key_invalid", await SaleShop.Refused(
            HttpStatusCode.BadRequest, await shop.Claim(buyer, sale, "two words")));
        Assert.Equal("idempotency_key_invalid", await SaleShop.Refused(
            HttpStatusCode.BadRequest, await shop.Claim(buyer, sale, new string('k', 256))));
        Assert.Equal(10, (await shop.Audit(sale)).GetProperty("free").GetInt32());
    }

    [Fact]
    public async Task What_is_not_JSON_or_far_too_long_is_refused()
    {
        var (sale, buyer) = (await shop.Sale(units: 10), shop.NewBuyer());

        Assert.Equal("unsupported_media_type", await SaleShop.Refused(
            HttpStatusCode.UnsupportedMediaType, await shop.Claim(buyer, sale, type: "text/plain")));
        var padded = $$"""{"quantity":1{{new string(' ', 2_000)}}}""";
        Assert.Equal("invalid_request", await SaleShop.Refused(
            HttpStatusCode.BadRequest, await shop.Claim(buyer, sale, body: padded)));
        using var otherwise = await shop.Claim(buyer, sale, type: "application/json; charset=utf-8");
        Assert.Equal(HttpStatusCode.Created, otherwise.StatusCode);
    }

    [Fact]
    public async Task Strangers_are_refused_whatever_they_ask()
    {
        var sale = await shop.Sale(units: 10);
        using var nobody = new HttpClient { BaseAddress = shop.Shop.Client.BaseAddress };
        using var forger = new HttpClient { BaseAddress = shop.Shop.Client.BaseAddress };
        forger.DefaultRequestHeaders.Add("Authorization", "Bearer made-up");
        using var guest = new HttpClient { BaseAddress = shop.Shop.Client.BaseAddress };
        using var made = await guest.PostAsync(new Uri("/api/v1/guests", UriKind.Relative), null);
        var token = (await SaleShop.Json(made)).GetProperty("token").GetString();
        guest.DefaultRequestHeaders.Add("Authorization", $"Bearer {token}");

        foreach (var stranger in (HttpClient[])[nobody, forger, guest])
            Assert.Equal("sign_in_required", await SaleShop.Refused(
                HttpStatusCode.Unauthorized, await shop.Claim(stranger, sale)));
    }

    [Theory]
    [InlineData("sal_0000000000000")]
    [InlineData("sal_zzzzzzzzzzzzz")]
    [InlineData("sal_1")]
    [InlineData("ord_0000000000000")]
    [InlineData("x")]
    public async Task A_sale_that_does_not_exist_is_not_found(string sale) =>
        Assert.Equal("not_found", await SaleShop.Refused(
            HttpStatusCode.NotFound, await shop.Claim(shop.NewBuyer(), sale)));

    [Fact]
    public async Task A_body_in_two_pieces_is_read_whole()
    {
        var sale = await shop.Sale(units: 10);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/sales/{sale}/claims");
        request.Content = new Slow();
        request.Headers.Add("Idempotency-Key", shop.NewKey());
        using var answer = await shop.NewBuyer().SendAsync(request);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }

    private sealed class Slow : HttpContent
    {
        public Slow() => Headers.ContentType = new("application/json");

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes("""{"quant"""));
            await stream.FlushAsync();
            await Task.Delay(50);
            await stream.WriteAsync(Encoding.UTF8.GetBytes("""ity":1}"""));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}

[CollectionDefinition(nameof(SaleShop))]
public sealed class SaleShopCollection : ICollectionFixture<SaleShop>;
