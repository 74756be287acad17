using System.Net;
using Doorbuster.Accounts;
using Microsoft.Extensions.Options;

namespace Doorbuster.Tests.Accounts;

public sealed class GuestLimitsTests
{
    private static readonly IPAddress Home = IPAddress.Parse("192.0.2.1");

    private readonly ManualClock _clock = new();

    [Fact]
    public void An_address_gets_a_minutes_worth_at_once_and_then_as_many_as_the_minute_brings()
    {
        var limits = new GuestLimits(Options.Create(new AccountsOptions { GuestsPerMinute = 60 }), _clock);
        for (var i = 0; i < 60; i++)
            Assert.Null(limits.Begin(Home));

        Assert.InRange(limits.Begin(Home)!.Value.TotalSeconds, 0.9, 1.1);
        Assert.Null(limits.Begin(IPAddress.Parse("192.0.2.2")));

        _clock.Pass(TimeSpan.FromSeconds(2));
        Assert.Null(limits.Begin(Home));
        Assert.Null(limits.Begin(Home));
        Assert.NotNull(limits.Begin(Home));
    }
}
