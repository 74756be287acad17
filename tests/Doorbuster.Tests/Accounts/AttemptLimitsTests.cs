using System.Net;
using Doorbuster.Accounts;

namespace Doorbuster.Tests.Accounts;

public sealed class AttemptLimitsTests
{
    private static readonly IPAddress Home = IPAddress.Parse("192.0.2.1");

    private readonly ManualClock _clock = new();
    private readonly AttemptLimits _limits;

    public AttemptLimitsTests() => _limits = new(_clock);

    [Fact]
    public void After_five_free_attempts_each_further_one_makes_the_next_wait_longer()
    {
        for (var i = 0; i < 6; i++)
            Assert.Null(_limits.BeginSignIn("ada", Home));

        foreach (var seconds in new[] { 1, 2, 4, 5 })
        {
            var wait = _limits.BeginSignIn("ada", Home);
            Assert.NotNull(wait);
            Assert.InRange(wait.Value.TotalSeconds, seconds - 0.01, 60);
            _clock.Pass(wait.Value);
            Assert.Null(_limits.BeginSignIn("ada", Home));
        }
    }

    [Fact]
    public void The_wait_never_exceeds_a_minute_and_is_forgotten_after_a_quarter_of_an_hour()
    {
        for (var i = 0; i < 100; i++)
            if (_limits.BeginSignIn("ada", Home) is { } wait)
            {
                Assert.InRange(wait, TimeSpan.Zero, TimeSpan.FromSeconds(60));
                _clock.Pass(wait);
            }
        _clock.Pass(TimeSpan.FromMinutes(15.1));
        Assert.Null(_limits.BeginSignIn("ada", Home));
        Assert.Null(_limits.BeginSignIn("ada", Home));
    }

    [Fact]
    public void Signing_in_clears_what_went_before()
    {
        for (var i = 0; i < 5; i++)
            _limits.BeginSignIn("ada", Home);
        Assert.Null(_limits.BeginSignIn("ada", Home));
        _limits.Forgive("ada", Home, signedIn: true);
        for (var i = 0; i < 5; i++)
            Assert.Null(_limits.BeginSignIn("ada", Home));
    }

    [Fact]
    public void Somebody_guessing_elsewhere_delays_the_owner_by_seconds_at_most()
    {
        var elsewhere = IPAddress.Parse("198.51.100.7");
        for (var i = 0; i < 500; i++)
            _limits.BeginSignIn("ada", elsewhere);
        Assert.InRange((_limits.BeginSignIn("ada", Home) ?? TimeSpan.Zero).TotalSeconds, 0, 5);
    }

    [Fact]
    public void One_address_trying_many_accounts_is_slowed_down_and_its_neighbours_are_not()
    {
        var slowed = Enumerable.Range(0, 60).Count(i => _limits.BeginSignIn($"person{i}", Home) is not null);
        Assert.True(slowed > 0);
        Assert.Null(_limits.BeginSignIn("grace", IPAddress.Parse("192.0.2.2")));
    }

    [Fact]
    public void All_addresses_of_one_household_are_one()
    {
        for (var i = 0; i < 6; i++)
            _limits.BeginSignIn("ada", IPAddress.Parse($"2001:db8::{i:x}"));
        Assert.NotNull(_limits.BeginSignIn("ada", IPAddress.Parse("2001:db8::ffff")));
        Assert.Null(_limits.BeginSignIn("ada", IPAddress.Parse("2001:db8:0:1::1")));
    }

    [Fact]
    public void A_flood_of_invented_names_does_not_wash_out_the_one_that_is_guessed()
    {
        AttemptTable table = new(free: 5, delayMax: TimeSpan.FromSeconds(60));
        for (var i = 0; i < 10; i++)
            table.Count(1, _clock.GetTimestamp(), _clock);
        for (var key = 2; key < 100_000; key++)
            table.Count(key, _clock.GetTimestamp(), _clock);
        Assert.True(table.WaitOf(1, _clock.GetTimestamp(), _clock) > TimeSpan.FromSeconds(10));
    }
}
