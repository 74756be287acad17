using System.Text.Json;
using Doorbuster.Contracts.Books;
using Doorbuster.Contracts.People;
using Doorbuster.IntegrationTests.Orders;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.IntegrationTests.Books;

public sealed class WalletHttpTests(OrderShop shop) : IClassFixture<OrderShop>
{
    private static readonly DateTimeOffset At = new(2026, 11, 20, 10, 0, 0, TimeSpan.Zero);

    private IBooks Books => shop.Services.GetRequiredService<IBooks>();

    [Fact]
    public async Task A_wallet_shows_its_owner_what_is_in_it_and_how_it_came_there()
    {
        var (me, other) = (shop.NewShopper(), shop.NewShopper());
        var empty = (await me.Get("/api/v1/me/wallet")).Json;
        Assert.Equal((0, 0), (empty.GetProperty("balances").GetArrayLength(), empty.GetProperty("points").GetInt32()));

        await Fill(me, "GBP", count: 45);
        await Fill(me, BookUnits.Points, count: 3);
        var wallet = (await me.Get("/api/v1/me/wallet")).Json;
        Assert.Equal("""{"balances":[{"amount":45,"currency":"GBP"}],"points":3}""", wallet.ToString());

        var first = (await me.Get("/api/v1/me/wallet/movements")).Json;
        Assert.Equal((40, true), (Data(first).Count, first.GetProperty("page").GetProperty("hasMore").GetBoolean()));
        var cursor = first.GetProperty("page").GetProperty("nextCursor").GetString();
        var second = (await me.Get($"/api/v1/me/wallet/movements?after={cursor}")).Json;
        Assert.Equal((8, false), (Data(second).Count, second.GetProperty("page").GetProperty("hasMore").GetBoolean()));
        var all = Data(first).Concat(Data(second)).Select(one => one.GetProperty("id").GetString()!).ToList();
        Assert.Equal(all.OrderDescending(StringComparer.Ordinal), all);
        Assert.Equal(48, all.Distinct().Count());
        Assert.Equal(3, Data((await me.Get("/api/v1/me/wallet/movements?unit=points")).Json).Count);
        Assert.Empty(Data((await other.Get("/api/v1/me/wallet/movements")).Json));
    }

    [Theory]
    [InlineData("limit=0", "invalid_request")]
    [InlineData("limit=101", "invalid_request")]
    [InlineData("limit=x", "invalid_request")]
    [InlineData("unit=gold", "invalid_request")]
    [InlineData("after=mc_1", "invalid_cursor")]
    [InlineData("after=oc_0000000000001", "invalid_cursor")]
    public async Task Nonsense_is_refused(string query, string code)
    {
        var answer = await shop.NewShopper().Get($"/api/v1/me/wallet/movements?{query}");
        Assert.Equal((400, code), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Strangers_have_no_wallet()
    {
        Assert.Equal(401, (await shop.Stranger().Get("/api/v1/me/wallet")).Status);
        Assert.Equal(401, (await shop.Stranger().Get("/api/v1/me/wallet/movements")).Status);
    }

    [Fact]
    public async Task The_overview_and_the_export_have_the_wallet()
    {
        var me = shop.NewShopper();
        await Fill(me, "GBP", count: 2);
        var part = shop.Services.GetServices<IOverviewPart>().Single(one => one.Name == "wallet");
        var seen = await part.Load(me.Person, new Dictionary<string, ReadOnlyMemory<byte>>(), default);
        Assert.Equal("""{"balances":[{"amount":2,"currency":"GBP"}],"points":0}""", JsonDocument.Parse(seen).RootElement.ToString());
        var data = shop.Services.GetServices<IPersonalData>().Single(one => one.Name == "wallet");
        var export = JsonDocument.Parse(await data.Export(me.Person, default)).RootElement;
        Assert.Equal(2, export.GetProperty("movements").GetArrayLength());
    }

    private async Task Fill(Shopper shopper, string unit, int count)
    {
        var entries = Enumerable.Range(0, count).Select(i => BookEntry.Move(
            $"fill:{shopper.Person}:{unit}:{i}", "gift", At, unit, 1, BookAccounts.OfHouse("gifts"),
            BookAccounts.OfPerson(shopper.Person))).ToList();
        Assert.All(await Books.PostAll(entries, default), outcome => Assert.Equal(BookOutcome.Done, outcome));
    }

    private static List<JsonElement> Data(JsonElement page) => [.. page.GetProperty("data").EnumerateArray()];
}
