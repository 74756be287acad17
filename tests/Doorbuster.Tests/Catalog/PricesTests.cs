using Doorbuster.Catalog;
using FsCheck;
using FsCheck.Fluent;

namespace Doorbuster.Tests.Catalog;

public sealed class PricesTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("GBP", 1999, "19.99")]
    [InlineData("JPY", 500, "500")]
    [InlineData("UGX", 70_000, "70000")]
    [InlineData("KWD", 1_234, "1.234")]
    [InlineData("CLF", 12_345, "1.2345")]
    public void A_currency_has_its_digits(string currency, long minor, string text)
    {
        Assert.Equal(text, Currencies.FormatPrice(minor, currency));
        Assert.Equal(minor, Currencies.ParsePrice(text, currency));
    }

    [Theory]
    [InlineData("gbp")]
    [InlineData("XYZ")]
    [InlineData("XAU")]    // gold is no price
    [InlineData("DEM")]
    [InlineData("")]
    public void What_is_no_currency_of_today_is_none(string code) => Assert.False(Currencies.IsCode(code));

    [Fact]
    public void Every_price_of_every_currency_is_read_back_as_written()
    {
        var currencies = Gen.Elements(Currencies.All.Select(currency => currency.Code).ToArray());
        var prices = Gen.Choose(1, (int)(CatalogRow.PriceMinorMax / 10_000));
        Check.QuickThrowOnFailure(Prop.ForAll(
            Arb.From(Gen.Zip(currencies, prices)),
            price => Currencies.ParsePrice(Currencies.FormatPrice(price.Item2, price.Item1), price.Item1) == price.Item2));
    }

    [Fact]
    public void At_any_time_the_lowest_price_that_counts_is_asked_and_it_holds_until_the_next_change()
    {
        var times = Gen.Choose(-5, 5).Select(hours => hours is -5 or 5 ? (DateTimeOffset?)null : Noon.AddHours(hours));
        var timed = Gen.Zip(Gen.Choose(1, 30), Gen.Zip(times, times)).Select(one =>
            new TimedPrice(one.Item1, one.Item2.Item1, one.Item2.Item2));
        Check.QuickThrowOnFailure(Prop.ForAll(Arb.From(Gen.ListOf(timed)), list =>
        {
            var prices = new Prices(20, "GBP", [.. list]);
            for (var now = Noon.AddHours(-6); now < Noon.AddHours(6); now += TimeSpan.FromMinutes(30))
            {
                var expected = list
                    .Where(p => (p.StartsAt is null || p.StartsAt <= now) && (p.EndsAt is null || now < p.EndsAt))
                    .Select(p => p.PriceMinor).Append(20).Min();
                if (prices.At(now) != expected)
                    return false;
                var until = prices.NextChange(now) ?? Noon.AddHours(7);
                for (var later = now; later < until; later += TimeSpan.FromMinutes(30))
                    if (prices.At(later) != expected)
                        return false;
            }
            return true;
        }));
    }
}
