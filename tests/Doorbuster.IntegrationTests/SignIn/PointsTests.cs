using Doorbuster.Contracts.Books;
using Doorbuster.IntegrationTests.Web;
using Doorbuster.Platform;
using Doorbuster.SignIn;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.IntegrationTests.SignIn;

public sealed class PointsTests(ClockShop shop) : IClassFixture<ClockShop>
{
    private static readonly DateTimeOffset Start = new(2027, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Points_run_out_once_the_oldest_first_however_often_it_is_looked()
    {
        var me = await Earned(Start, 3);    // 10, 10 and 15
        Assert.Equal("""{"balance":35,"nextExpiry":{"on":"2027-01-31","points":10}}""", await PointsOf(me, Start.AddDays(2)));

        await Expire(Start.AddDays(29));
        Assert.Equal(35, await shop.Balance(me));
        await Expire(Start.AddDays(30));
        Assert.Equal(25, await shop.Balance(me));
        await Expire(Start.AddDays(30));
        Assert.Equal(25, await shop.Balance(me));
        await Expire(Start.AddDays(40));    // nobody looked on the 31st and 32nd day
        Assert.Equal(0, await shop.Balance(me));
        Assert.Equal("""{"balance":0,"nextExpiry":null}""", await PointsOf(me, Start.AddDays(40)));
    }

    [Fact]
    public async Task What_was_spent_does_not_run_out()
    {
        var me = await Earned(Start.AddDays(100), 3);
        await Move(me, -12, "spent_at_checkout", Start.AddDays(103));
        Assert.Equal("""{"balance":23,"nextExpiry":{"on":"2027-05-12","points":8}}""", await PointsOf(me, Start.AddDays(103)));
        await Expire(Start.AddDays(130));
        Assert.Equal(23, await shop.Balance(me));    // the first ten were spent
        await Expire(Start.AddDays(131));
        Assert.Equal(15, await shop.Balance(me));    // of the second ten, two were
        await Expire(Start.AddDays(132));
        Assert.Equal(0, await shop.Balance(me));
    }

    [Fact]
    public async Task What_was_given_back_lately_stays()
    {
        var me = await Earned(Start.AddDays(200), 1);
        await Move(me, 7, "order_cancelled", Start.AddDays(220));
        await Expire(Start.AddDays(230));
        Assert.Equal(7, await shop.Balance(me));
    }

    [Fact]
    public async Task Spending_while_points_run_out_never_goes_below_zero()
    {
        for (var round = 0; round < 5; round++)
        {
            var me = await Earned(Start.AddDays(300 + 40 * round), 2);
            var spends = Enumerable.Range(0, 8).Select(n => Move(me, -5, "spent_at_checkout", Start.AddDays(301 + 40 * round), $"-{n}"));
            var expiry = Expire(Start.AddDays(330 + 40 * round));
            var outcomes = await Task.WhenAll(spends);
            await expiry;

            var spent = 5 * outcomes.Count(outcome => outcome == BookOutcome.Done);
            var expired = (await shop.Books.Movements(
                BookAccounts.OfPerson(me.Person), BookUnits.Points, long.MaxValue, 100, CancellationToken.None))
                .Where(movement => movement.Reason == ExpirePoints.Reason).Sum(movement => -movement.Amount);
            Assert.InRange(expired, 0, 10);
            Assert.Equal(20 - spent - expired, await shop.Balance(me));
        }
    }

    [Fact]
    public async Task The_history_has_pages()
    {
        var me = await Earned(Start.AddDays(700), 5);
        var (seen, after) = (new List<long>(), "");
        var person = await SessionOf(me);
        do
        {
            var page = (await person.Get($"/api/v1/me/points/history?limit=2{after}")).Json;
            seen.AddRange(page.GetProperty("data").EnumerateArray().Select(item => item.GetProperty("points").GetInt64()));
            after = page.GetProperty("page").GetProperty("nextCursor").GetString() is { } next ? $"&after={next}" : "";
        }
        while (after.Length > 0);
        Assert.Equal([20, 15, 15, 10, 10], seen);
        Assert.Empty((await (await shop.NewPerson()).Get("/api/v1/me/points/history")).Json.GetProperty("data").EnumerateArray());
    }

    private async Task<Caller> Earned(DateTimeOffset from, int days)
    {
        var me = await shop.NewPersonAt(from);
        var points = 0;
        for (var day = 0; day < days; day++)
        {
            shop.Clock.Set(from.AddDays(day));
            points += Assert.IsType<SigningIn.Done>(await shop.SignIn(me)).Day.Points;
            await shop.Booked(me, points);    // each before the next: messages keep no order
        }
        return me;
    }

    // By several processes' jobs at once.
    private Task<string[]> Expire(DateTimeOffset now)
    {
        shop.Clock.Set(now);
        return Task.WhenAll(Enumerable.Range(0, 4).Select(_ =>
            shop.Services.GetRequiredService<ExpirePoints>().Run(CancellationToken.None)));
    }

    private Task<BookOutcome> Move(Caller me, long points, string reason, DateTimeOffset at, string part = "") => shop.Books.Post(
        BookEntry.Move(
            $"test:{me.Person}:{reason}{part}", reason, at, BookUnits.Points, points, BookAccounts.OfHouse("test"),
            BookAccounts.OfPerson(me.Person)),
        CancellationToken.None);

    private async Task<string> PointsOf(Caller me, DateTimeOffset now)
    {
        shop.Clock.Set(now);
        return (await (await SessionOf(me)).Get("/api/v1/me/points")).Body;
    }

    // A session of the same person that began on the clock of today.
    private async Task<Caller> SessionOf(Caller me)
    {
        var (_, token) = await shop.Services.GetRequiredService<Doorbuster.Accounts.Sessions>()
            .Start(me.Person, isAdmin: false, CancellationToken.None);
        return new(shop.Client, token, me.Person);
    }
}
