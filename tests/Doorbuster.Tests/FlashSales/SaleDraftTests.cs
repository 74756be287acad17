using System.Globalization;
using Doorbuster.Contracts.Claims;
using Doorbuster.FlashSales;
using Doorbuster.Platform;

namespace Doorbuster.Tests.FlashSales;

public sealed class SaleDraftTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, 123, TimeSpan.Zero);

    [Theory]
    [InlineData("now", "2026-11-20T12:00:00.123Z")]
    [InlineData("+60s", "2026-11-20T12:01:00.123Z")]
    [InlineData("+2h", "2026-11-20T14:00:00.123Z")]
    [InlineData("2026-11-20T20:00:00Z", "2026-11-20T20:00:00Z")]
    [InlineData("2026-11-20T20:00Z", "2026-11-20T20:00:00Z")]
    [InlineData("2026-11-20T20:00:00.5+01:00", "2026-11-20T19:00:00.5Z")]
    public void A_time_is_now_a_wait_or_a_moment(string text, string expected) =>
        Assert.Equal(DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture), SaleDraft.ParseTime(text, Now));

    [Theory]
    [InlineData("")]
    [InlineData("tomorrow")]
    [InlineData("+")]
    [InlineData("+5")]
    [InlineData("+-5s")]
    [InlineData("+99999999999s")]
    [InlineData("2026-11-20")]
    [InlineData("2026-11-20T20:00:00")]    // whose eight o'clock?
    [InlineData("2026-13-20T20:00:00Z")]
    [InlineData("20/11/2026 20:00Z")]
    public void Anything_else_is_no_time(string text) => Assert.Null(SaleDraft.ParseTime(text, Now));

    [Theory]
    [InlineData("9.99", "GBP", 999)]
    [InlineData("9.9", "GBP", 990)]
    [InlineData("10", "GBP", 1000)]
    [InlineData("0.01", "GBP", 1)]
    [InlineData("500", "JPY", 500)]
    [InlineData("1.234", "KWD", 1234)]
    public void A_price_is_read_in_minor_units(string text, string currency, long minor) =>
        Assert.Equal(new Money(minor, currency), SaleDraft.ParsePrice(text, currency));

    [Theory]
    [InlineData("9.999", "GBP")]
    [InlineData("1.5", "JPY")]
    [InlineData("-1", "GBP")]
    [InlineData("1,000.00", "GBP")]
    [InlineData("free", "GBP")]
    [InlineData("79228162514264337593543950335", "GBP")]
    public void A_price_that_no_coin_can_pay_is_refused(string text, string currency) =>
        Assert.Null(SaleDraft.ParsePrice(text, currency));

    [Fact]
    public void A_sound_draft_has_nothing_wrong() => Assert.Empty(Draft().Check(Now));

    [Fact]
    public void Every_field_out_of_bounds_is_named()
    {
        Assert.Equal(["units"], (Draft() with { Units = 0 }).Check(Now).Keys);
        Assert.Equal(["units"], (Draft() with { Units = long.MaxValue }).Check(Now).Keys);
        Assert.Equal(["limitPerPerson"], (Draft() with { LimitPerPerson = 0 }).Check(Now).Keys);
        Assert.Equal(["price.amount"], (Draft() with { Price = new Money(0, "GBP") }).Check(Now).Keys);
        Assert.Equal(["price.currency"], (Draft() with { Price = new Money(1, "pounds") }).Check(Now).Keys);
        Assert.Equal(["holdSeconds"], (Draft() with { Hold = TimeSpan.FromSeconds(29) }).Check(Now).Keys);
        Assert.Equal(["holdSeconds"], (Draft() with { Hold = TimeSpan.FromSeconds(3_601) }).Check(Now).Keys);
        Assert.Equal(["closesAt"], (Draft() with { ClosesAt = Now }).Check(Now).Keys);
        Assert.Equal(["opensAt"], (Draft() with { OpensAt = Now.AddYears(2), ClosesAt = null }).Check(Now).Keys);
        Assert.Equal(["sku"], (Draft() with { Sku = " " }).Check(Now).Keys);
    }

    [Fact]
    public void A_change_leaves_what_it_does_not_name()
    {
        var sale = SalePhaseTests.Sale();

        Assert.Equal(sale, new SaleChange().ApplyTo(sale));
        Assert.Equal(sale with { Units = 1_500 }, new SaleChange { AddUnits = 500 }.ApplyTo(sale));
        Assert.Equal(sale with { State = PoolState.Paused }, new SaleChange { State = PoolState.Paused }.ApplyTo(sale));
        Assert.Equal(sale with { ClosesAt = null }, new SaleChange { IsWithoutEnd = true }.ApplyTo(sale));
        Assert.Equal(DateTimeOffset.MaxValue, (sale with { ClosesAt = null }).PoolChange.ClosesAt);
    }

    [Fact]
    public void A_change_that_would_make_no_sense_is_refused()
    {
        var sale = SalePhaseTests.Sale();

        Assert.Equal(["units"], new SaleChange { Units = 0 }.Check(sale, Now).Keys);
        Assert.Equal(["units"], new SaleChange { AddUnits = -1 }.Check(sale, Now).Keys);
        Assert.Equal(["closesAt"], new SaleChange { OpensAt = sale.ClosesAt }.Check(sale, Now).Keys);
    }

    private static SaleDraft Draft() =>
        new("MUG", 100, 1, new Money(999, "GBP"), Now, Now.AddHours(1), SaleDraft.HoldDefault);
}
