using Doorbuster.Contracts.Claims;
using Doorbuster.FlashSales;
using Doorbuster.Platform;

namespace Doorbuster.Tests.FlashSales;

public sealed class SalePhaseTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_sale_is_announced_until_the_moment_it_opens_and_ended_from_the_moment_it_closes()
    {
        var (sale, pool) = (Sale(), Pool(left: 10));

        Assert.Equal(SalePhase.Announced, sale.PhaseAt(Noon.AddTicks(-1), pool));
        Assert.Equal(SalePhase.Open, sale.PhaseAt(Noon, pool));
        Assert.Equal(SalePhase.Open, sale.PhaseAt(Noon.AddHours(1).AddTicks(-1), pool));
        Assert.Equal(SalePhase.Ended, sale.PhaseAt(Noon.AddHours(1), pool));
    }

    [Fact]
    public void What_the_pool_says_counts_more_than_what_the_sale_wants()
    {
        var sale = Sale() with { State = PoolState.Open, OpensAt = Noon };

        Assert.Equal(SalePhase.Paused, sale.PhaseAt(Noon, Pool(left: 10) with { State = PoolState.Paused }));
        Assert.Equal(SalePhase.Announced, sale.PhaseAt(Noon, Pool(left: 10) with { OpensAt = Noon.AddMinutes(5) }));
        Assert.Equal(SalePhase.Ended, sale.PhaseAt(Noon, Pool(left: 10) with { State = PoolState.Closed }));
    }

    [Fact]
    public void A_sale_without_a_pool_is_announced_even_when_it_should_be_open() =>
        Assert.Equal(SalePhase.Announced, (Sale() with { Applied = 0 }).PhaseAt(Noon.AddMinutes(1), pool: null));

    [Fact]
    public void An_empty_pool_is_sold_out_and_open_again_when_units_return()
    {
        Assert.Equal(SalePhase.SoldOut, Sale().PhaseAt(Noon, Pool(left: 0)));
        Assert.Equal(SalePhase.Open, Sale().PhaseAt(Noon, Pool(left: 1)));
    }

    [Theory]
    [InlineData(null, 1000, "plenty")]
    [InlineData(1000, 1000, "plenty")]
    [InlineData(201, 1000, "plenty")]
    [InlineData(200, 1000, "low")]
    [InlineData(21, 1000, "low")]
    [InlineData(20, 1000, "last")]
    [InlineData(1, 1000, "last")]
    [InlineData(1, 2, "last")]
    [InlineData(0, 1000, "none")]
    public void The_stock_is_told_in_bands(int? left, long total, string band) =>
        Assert.Equal(band, StockBand.Of(left, total).Word);

    [Fact]
    public void People_are_asked_to_come_back_more_often_the_closer_the_opening_and_never_after_the_end()
    {
        Assert.Equal(30_000, SalePhase.Announced.PollAfterMs(TimeSpan.FromHours(3), StockBand.Plenty));
        Assert.Equal(5_000, SalePhase.Announced.PollAfterMs(TimeSpan.FromSeconds(20), StockBand.Plenty));
        Assert.Equal(1_000, SalePhase.Announced.PollAfterMs(TimeSpan.FromSeconds(1), StockBand.Plenty));
        Assert.Equal(1_000, SalePhase.Open.PollAfterMs(TimeSpan.Zero, StockBand.Last));
        Assert.Null(SalePhase.Ended.PollAfterMs(TimeSpan.Zero, StockBand.None));
    }

    internal static FlashSale Sale() => new()
    {
        Id = 4711,
        Sku = "MUG",
        Title = "A mug",
        Units = 1_000,
        LimitPerPerson = 1,
        Price = new Money(999, "GBP"),
        Hold = TimeSpan.FromMinutes(15),
        OpensAt = Noon,
        ClosesAt = Noon.AddHours(1),
        State = PoolState.Open,
        Version = 1,
        Applied = 1,
    };

    internal static PoolView Pool(long? left) => new(
        4711, "sale", 1_000, 1, TimeSpan.FromMinutes(15), Noon, Noon.AddHours(1), PoolState.Open, 1, left);
}
