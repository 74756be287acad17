using Doorbuster.Catalog;
using Doorbuster.Platform;
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
        Assert.Equal(text, Currencies.Plain(minor, currency));
        Assert.Equal(minor, CatalogRow.ParsePrice(text, currency));
    }

    [Theory]
    [InlineData(-5, "GBP", "-0.05")]
    [InlineData(long.MinValue, "JPY", "-9223372036854775808")]
    [InlineData(long.MinValue, "CLF", "-922337203685477.5808")]
    [InlineData(long.MaxValue, "KWD", "9223372036854775.807")]
    public void Nothing_of_an_amount_is_rounded(long minor, string currency, string text) =>
        Assert.Equal(text, Currencies.Plain(minor, currency));

    [Theory]
    [InlineData("12.500", "GBP", 1_250)]
    [InlineData(".5", "GBP", 50)]
    [InlineData("12.", "JPY", 12)]
    [InlineData("92233720368547758.07", "GBP", long.MaxValue)]
    public void An_amount_is_read_to_its_last_digit(string text, string currency, long minor)
    {
        Assert.True(Currencies.TryRead(text, currency, out var read));
        Assert.Equal(minor, read);
    }

    [Theory]
    [InlineData(".")]
    [InlineData("1.2.3")]
    [InlineData("+1")]
    [InlineData(" 1")]
    [InlineData("12.501")]
    [InlineData("92233720368547758.08")]
    public void What_is_no_amount_is_not_read(string text) => Assert.False(Currencies.TryRead(text, "GBP", out _));

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
            price => CatalogRow.ParsePrice(Currencies.Plain(price.Item2, price.Item1), price.Item1) == price.Item2));
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

    [Fact]
    public void A_member_pays_by_the_price_list_of_the_highest_priority_and_never_more_than_everybody()
    {
        var times = Gen.Choose(-5, 5).Select(hours => hours is -5 or 5 ? (DateTimeOffset?)null : Noon.AddHours(hours));
        var timed = Gen.Zip(Gen.Choose(1, 30), Gen.Zip(times, times)).Select(one =>
            new TimedPrice(one.Item1, one.Item2.Item1, one.Item2.Item2));
        var listed = Gen.Zip(Gen.Zip(Gen.Choose(1, 30), Gen.Choose(-1, 2)), Gen.Zip(times, times)).Select(one =>
            new ListedPrice(one.Item1.Item1, one.Item1.Item2, one.Item2.Item1, one.Item2.Item2));
        Check.QuickThrowOnFailure(Prop.ForAll(Arb.From(Gen.Zip(Gen.ListOf(timed), Gen.ListOf(listed))), both =>
        {
            var everybody = new Prices(20, "GBP", [.. both.Item1]);
            var member = everybody with { Listed = [.. both.Item2] };
            for (var now = Noon.AddHours(-6); now < Noon.AddHours(6); now += TimeSpan.FromMinutes(30))
            {
                var running = both.Item2.Where(p => (p.StartsAt is null || p.StartsAt <= now) && (p.EndsAt is null || now < p.EndsAt)).ToList();
                var first = running.Where(p => p.Priority == running.Max(other => other.Priority)).Select(p => p.PriceMinor);
                var expected = first.Append(everybody.At(now)).Order().First();
                if (running.Count == 0 && expected != everybody.At(now)
                    || running.Count > 0 && expected != Math.Min(everybody.At(now), first.Min())
                    || member.At(now) != expected || member.At(now) > everybody.At(now))
                    return false;
                // A list that comes after those that count changes nothing.
                if (running.Count > 0 && (member with { Listed = [new(1, -2, null, null), .. member.Listed] }).At(now) != expected)
                    return false;
                var until = member.NextChange(now) ?? Noon.AddHours(7);
                for (var later = now; later < until; later += TimeSpan.FromMinutes(30))
                    if (member.At(later) != expected)
                        return false;
            }
            return true;
        }));
    }
}
