using Doorbuster.Contracts.Catalog;
using Doorbuster.Contracts.Claims;
using Doorbuster.Tests.Web;
using Microsoft.Extensions.DependencyInjection;
using static Doorbuster.IntegrationTests.Catalog.CatalogShop;

namespace Doorbuster.IntegrationTests.Catalog;

public sealed class ReadingTests(CatalogShop shop) : IClassFixture<CatalogShop>
{
    [Fact]
    public async Task What_is_available_is_the_stock_less_what_is_held()
    {
        var sku = await shop.NewProduct(stock: 12);
        Assert.Equal(("plenty", 10), await Stock());
        var pool = (await shop.Shop.Services.GetRequiredService<ICatalog>().FindVariant(sku, CancellationToken.None))!.StockPool;
        var claims = shop.Shop.Services.GetRequiredService<IClaims>();

        await Take(8, ("low", 4));
        await Take(1, ("last", 3));
        var last = await Take(3, ("none", 0));
        Assert.Equal(EndOutcome.Done, await claims.Release(last, CancellationToken.None));
        await shop.Sees(async () => await Stock() == ("last", 3), "what was held is free again");
        Assert.Equal(("last", 3), StockOf((await shop.Public("/api/v1/products?limit=100")).Json.GetProperty("data").EnumerateArray()
            .Single(product => product.GetProperty("sku").GetString() == sku)));

        async Task<long> Take(int units, (string, int) then)
        {
            var claim = await claims.Claim(
                new ClaimRequest(pool, 42, units, shop.NewKey(), TimeSpan.FromSeconds(10)), CancellationToken.None);
            Assert.Equal(ClaimOutcome.Claimed, claim.Outcome);
            await shop.Sees(async () => await Stock() == then, $"{then} is shown");
            return claim.Claim!.Id;
        }

        async Task<(string, int)> Stock() => StockOf((await shop.Public($"/api/v1/products/{sku}")).Json);
    }

    [Fact]
    public async Task Products_are_listed_by_what_their_attributes_are_equal_to()
    {
        var (red, blue) = (await shop.NewProduct(), await shop.NewProduct());
        await Set(red, new { colour = "red", washing = new { degrees = 40 }, organic = true });
        await Set(blue, new { colour = "blue", washing = new { degrees = 40 }, year = "2024" });

        Assert.Equal([red], await List("attribute=colour:red"));
        Assert.Equal([red, blue], await List("attribute=washing.degrees:40"));
        Assert.Equal([blue], await List("attribute=washing.degrees:40&attribute=colour:blue"));
        Assert.Equal([red], await List("attribute=organic:true"));
        Assert.Equal([blue], await List("attribute=year:2024"));
        Assert.Empty(await List("attribute=colour:green"));
        Assert.Empty(await List("attribute=colour:'%20or%20true%20--"));
        var shown = (await shop.Public($"/api/v1/products/{red}")).Json.GetProperty("attributes");
        Assert.Equal(40, shown.GetProperty("washing").GetProperty("degrees").GetInt32());

        async Task Set(string sku, object attributes) => Assert.Equal(
            200, (await shop.Send(HttpMethod.Patch, $"/products/{sku}", new { attributes }, "\"1\"")).Status);

        async Task<List<string?>> List(string query) => [.. (await shop.Public($"/api/v1/products?{query}&category=things")).Json
            .GetProperty("data").EnumerateArray().Select(product => product.GetProperty("sku").GetString())];
    }

    [Theory]
    [InlineData("attribute=colour")]
    [InlineData("attribute=:red")]
    [InlineData("attribute=")]
    [InlineData("attribute=a..b:1")]
    [InlineData("attribute=a:1%0Ab:2")]
    [InlineData("attribute=a:1&attribute=b:1&attribute=c:1&attribute=d:1&attribute=e:1&attribute=f:1")]
    public async Task A_filter_that_is_none_is_refused(string query) =>
        Assert.Equal("invalid_request", (await shop.Public($"/api/v1/products?{query}")).Code);

    private static (string, int) StockOf(System.Text.Json.JsonElement product) => (
        product.GetProperty("variants")[0].GetProperty("stockBand").GetString()!,
        product.GetProperty("variants")[0].GetProperty("available").GetInt32());
}
