using System.Net;
using System.Text.Json;
using Doorbuster.Platform.Postgres;
using Npgsql;

namespace Doorbuster.IntegrationTests.FlashSales;

/// <summary>What those see who watch a sale.</summary>
public sealed class SaleFiguresTests(SaleShop shop) : IClassFixture<SaleShop>
{
    [Fact]
    public async Task They_tell_what_was_answered_what_is_left_and_how_long_it_took()
    {
        var sale = await shop.Sale(units: 2, limit: 1);
        var buyer = shop.NewBuyer();
        for (var i = 0; i < 2; i++)
            await Claim(buyer, sale);
        await Claim(shop.NewBuyer(), sale);
        await Claim(shop.NewBuyer(), sale);

        await Eventually.IsTrue(async () => (await Figures(sale)).GetProperty("count").GetProperty("held").GetInt64() == 2,
            "both units are counted as held", TimeSpan.FromSeconds(20));
        var figures = await Figures(sale);

        Assert.Equal("sold_out", figures.GetProperty("phase").GetString());
        Assert.Equal("""{"claimed":2,"limit":1,"sold_out":1}""", figures.GetProperty("requests").ToString().Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal(0, figures.GetProperty("left").GetInt64());
        Assert.Equal(0, figures.GetProperty("count").GetProperty("drift").GetInt64());
        Assert.True(figures.GetProperty("times").GetProperty("counts").EnumerateArray().Sum(count => count.GetInt64()) >= 4);
        Assert.Equal(
            figures.GetProperty("times").GetProperty("boundsSeconds").GetArrayLength() + 1,
            figures.GetProperty("times").GetProperty("counts").GetArrayLength());
        Assert.True(figures.GetProperty("pipeline").GetProperty("waiting").GetInt64() >= 0);
    }

    [Fact]
    public async Task They_are_there_while_somebody_holds_the_pool()
    {
        var sale = await shop.Sale(units: 2, limit: 1);
        await Claim(shop.NewBuyer(), sale);
        await using var db = NpgsqlDataSource.Create(shop.Shop.Status.Postgres.ConnectionString);
        await using var connection = await db.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var batch = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await batch.Execute("select from claims.pools for update", TestContext.Current.CancellationToken);

        var count = (await Figures(sale)).GetProperty("count");

        Assert.Equal((1L, 1L), (count.GetProperty("held").GetInt64(), count.GetProperty("free").GetInt64()));
    }

    [Fact]
    public async Task Only_those_who_run_the_shop_see_them()
    {
        var sale = await shop.Sale(units: 1);
        using var stranger = new HttpClient { BaseAddress = shop.Shop.Client.BaseAddress };    // the shop's own keeps its cookies
        using var strangers = await stranger.GetAsync(new Uri($"/api/admin/v1/sales/{sale}/figures", UriKind.Relative));
        using var buyers = await shop.NewBuyer().GetAsync(new Uri($"/api/admin/v1/sales/{sale}/figures", UriKind.Relative));
        using var unknown = await shop.Admin.GetAsync(new Uri("/api/admin/v1/sales/sal_0000000000001/figures", UriKind.Relative));

        Assert.Equal(HttpStatusCode.Unauthorized, strangers.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, buyers.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    private async Task Claim(HttpClient buyer, string sale)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/sales/{sale}/claims");
        request.Content = new StringContent("""{"quantity":1}""", System.Text.Encoding.UTF8, "application/json");
        request.Headers.Add("Idempotency-Key", shop.NewKey());
        (await buyer.SendAsync(request)).Dispose();
    }

    private async Task<JsonElement> Figures(string sale)
    {
        using var answer = await shop.Admin.GetAsync(new Uri($"/api/admin/v1/sales/{sale}/figures", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.Clone();
    }
}
