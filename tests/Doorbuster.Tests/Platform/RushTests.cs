using Doorbuster.Platform;

namespace Doorbuster.Tests.Platform;

public sealed class RushTests
{
    [Fact]
    public void A_rush_is_on_while_somebody_says_so_and_fades_by_itself()
    {
        var clock = new ManualClock();
        var rush = new Rush(clock);
        Assert.False(rush.IsOn);

        rush.Note();
        Assert.True(rush.IsOn);
        clock.Pass(TimeSpan.FromMilliseconds(29));
        Assert.True(rush.IsOn);
        clock.Pass(TimeSpan.FromMilliseconds(1));
        Assert.False(rush.IsOn);
    }
}
