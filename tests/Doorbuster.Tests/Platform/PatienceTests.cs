using Doorbuster.Platform;
using Doorbuster.Platform.Messaging;

namespace Doorbuster.Tests.Platform;

public sealed class PatienceTests
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    [Fact]
    public void In_a_rush_that_does_not_end_messages_wait_half_a_minute_and_then_a_quarter_of_the_time()
    {
        var clock = new ManualClock();
        var rush = new Rush(clock);
        var patience = new Patience(rush, clock);

        var atFirst = PutOff(TimeSpan.FromSeconds(120));
        var later = PutOff(TimeSpan.FromSeconds(120));

        Assert.InRange(atFirst.TotalSeconds, 30, 30 + 120 / 3.0);
        Assert.InRange(later.TotalSeconds, 29, 31);

        TimeSpan PutOff(TimeSpan time)
        {
            var put = TimeSpan.Zero;
            for (var passed = TimeSpan.Zero; passed < time; passed += Look)
            {
                rush.Note();
                if (patience.Ask())
                    put += Look;
                clock.Pass(Look);
            }
            return put;
        }
    }

    [Fact]
    public void Without_a_rush_nothing_waits_and_after_one_there_is_patience_again()
    {
        var clock = new ManualClock();
        var rush = new Rush(clock);
        var patience = new Patience(rush, clock);
        Assert.False(patience.Ask());

        rush.Note();
        Assert.True(patience.Ask());
        clock.PassSeconds(31);
        rush.Note();
        Assert.False(patience.Ask());
        clock.PassSeconds(60);
        rush.Note();
        Assert.True(patience.Ask());
    }
}
