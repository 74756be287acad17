using System.Text.Json;
using Doorbuster.FlashSales;

namespace Doorbuster.Tests.FlashSales;

public sealed class StateDocumentTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_state_tells_all_that_a_page_needs()
    {
        var document = At(Noon.AddMilliseconds(700), left: 15);
        var state = JsonSerializer.Deserialize(document.Body, FlashSalesJson.Default.StateResponse)!;

        var noon = Noon.UtcDateTime;
        Assert.Equal(
            new GetSaleState.Response(
                SalePhaseTests.Sale().PublicId, "open", noon, noon.AddHours(1), noon, "last", 1, 1_000, 1, SoldOut: null),
            state);
    }

    [Fact]
    public void Sold_out_it_tells_how_long_the_units_lasted_and_until_when_unpaid_ones_may_return()
    {
        var sale = SalePhaseTests.Sale() with { SoldOutAt = Noon.AddSeconds(41), SoldOutLastAt = Noon.AddMinutes(20) };
        var document = StateDocument.Of(sale, SalePhaseTests.Pool(0), new Stopped(Noon.AddMinutes(21)));
        var state = JsonSerializer.Deserialize(document.Body, FlashSalesJson.Default.StateResponse)!;

        Assert.Equal("sold_out", state.Phase);
        Assert.Equal(
            new GetSaleState.SoldOutResponse(sale.Units, 41, (Noon.AddMinutes(20) + sale.Hold).UtcDateTime), state.SoldOut);
    }

    [Fact]
    public void Within_a_second_it_is_the_same_bytes_with_the_same_tag()
    {
        var (first, last) = (At(Noon.AddMilliseconds(1)), At(Noon.AddMilliseconds(999)));

        Assert.Equal(first.Body, last.Body);
        Assert.Equal(first.Etag, last.Etag);
        Assert.NotEqual(first.Etag, At(Noon.AddMilliseconds(1_000)).Etag);
    }

    [Fact]
    public void It_lasts_until_the_second_ends()
    {
        Assert.Equal(TimeSpan.FromMilliseconds(300), Life(Noon.AddMilliseconds(700)));
        Assert.Equal(TimeSpan.FromMilliseconds(1_000), Life(Noon));
    }

    [Fact]
    public void It_lasts_no_longer_than_the_phase()
    {
        var sale = SalePhaseTests.Sale() with { OpensAt = Noon.AddMilliseconds(500) };
        var clock = new Stopped(Noon.AddMilliseconds(100));

        var life = Stopped.Until(StateDocument.Of(sale, pool: null, clock).ValidUntil);
        Assert.Equal(TimeSpan.FromMilliseconds(400), life);
    }

    private static TimeSpan Life(DateTimeOffset at)
    {
        var clock = new Stopped(at);
        return Stopped.Until(StateDocument.Of(SalePhaseTests.Sale(), SalePhaseTests.Pool(100), clock).ValidUntil);
    }

    private static StateDocument At(DateTimeOffset at, long left = 100) =>
        StateDocument.Of(SalePhaseTests.Sale(), SalePhaseTests.Pool(left), new Stopped(at));

    private sealed class Stopped(DateTimeOffset at) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => at;
        public override long GetTimestamp() => 5_000;
        public override long TimestampFrequency => 1_000;
        public static TimeSpan Until(long timestamp) => TimeSpan.FromMilliseconds(timestamp - 5_000);
    }
}
