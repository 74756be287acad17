using Doorbuster.SignIn;
using FsCheck;
using FsCheck.Fluent;

namespace Doorbuster.Tests.SignIn;

public sealed class LocalDaysTests
{
    private static readonly TimeZoneInfo[] Zones = [.. TimeZoneInfo.GetSystemTimeZones()];

    [Fact]
    public void In_every_zone_a_day_ends_after_each_of_its_moments_and_the_next_begins_there() => Prop.ForAll(
        Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var zone = Zones[random.Next(Zones.Length)];
            var at = new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(random.NextInt64(6L * 365 * 86_400));

            var day = LocalDays.Of(at, zone);
            var end = LocalDays.EndOf(day, zone);

            Assert.True(end > at, $"{zone.Id} {at:o}");
            Assert.Equal(day, LocalDays.Of(end.AddTicks(-1), zone));
            Assert.Equal(day.AddDays(1), LocalDays.Of(end, zone));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Fact]
    public void A_night_without_a_midnight_ends_where_its_gap_ends()
    {
        // Cairo goes from 23:59:59 on Thursday to 01:00 on Friday, 24 April 2026.
        var cairo = TimeZoneInfo.FindSystemTimeZoneById("Africa/Cairo");
        Assert.Equal(
            new DateTimeOffset(2026, 4, 24, 1, 0, 0, TimeSpan.FromHours(3)), LocalDays.EndOf(new(2026, 4, 23), cairo));
    }

    [Theory]
    [InlineData(1, 10)]
    [InlineData(3, 15)]
    [InlineData(7, 50)]
    [InlineData(8, 10)]
    [InlineData(14, 50)]
    public void The_table_of_rewards_begins_again_after_its_last_day(int streak, int points) =>
        Assert.Equal(points, new SignInOptions().RewardOf(streak));

    [Fact]
    public void What_was_earned_first_is_spent_first() => Prop.ForAll(
        Gen.Choose(1, 50).ListOf(6).ToArbitrary(), Gen.Choose(0, 300).ToArbitrary(), (lots, held) =>
        {
            var all = lots.Select((points, n) => new PointsExpiry(new DateOnly(2026, 1, 1).AddDays(n), points)).ToList();
            var balance = Math.Min(held, lots.Sum());
            var next = PointsDesk.Next(all, balance);

            // Played out: take the spent points from the front, one by one.
            var spent = lots.Sum() - balance;
            var left = lots.ToArray();
            for (var n = 0; spent > 0; spent--)
            {
                while (left[n] == 0)
                    n++;
                left[n]--;
            }
            var first = Array.FindIndex(left, points => points > 0);
            Assert.Equal(first < 0 ? null : all[first] with { Points = left[first] }, next);
        }).QuickCheckThrowOnFailure();
}
