using Doorbuster.Platform.Jobs;

namespace Doorbuster.Tests.Platform;

public sealed class JobScheduleTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Intervals_fall_on_the_same_times_in_every_process()
    {
        var schedule = JobSchedule.Every(TimeSpan.FromMinutes(10));
        Assert.Equal(Noon.AddMinutes(10), schedule.NextAfter(Noon));
        Assert.Equal(Noon.AddMinutes(10), schedule.NextAfter(Noon.AddMinutes(3)));
        Assert.Equal(Noon.AddMinutes(10), schedule.NextAfter(Noon.AddMinutes(9).ToOffset(TimeSpan.FromHours(5.5))));
    }

    [Fact]
    public void Cron_expressions_are_in_UTC_wherever_the_process_is()
    {
        var schedule = JobSchedule.Cron("0 40 3 * * ?");
        Assert.Equal(new(2026, 11, 21, 3, 40, 0, TimeSpan.Zero), schedule.NextAfter(Noon));
        Assert.Equal(new(2026, 11, 21, 3, 40, 0, TimeSpan.Zero), schedule.NextAfter(Noon.ToOffset(TimeSpan.FromHours(9))));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("0 0 25 * * ?")]
    [InlineData("0 0 0 30 2 ?")]
    public void What_never_comes_is_refused(string expression) =>
        Assert.ThrowsAny<Exception>(() => JobSchedule.Cron(expression));

    [Fact]
    public void Every_job_has_a_name_of_its_own_that_begins_with_its_features()
    {
        var names = new HashSet<string>();
        foreach (var feature in Features.All)
            foreach (var job in JobExtensions.JobsOf([feature]).Where(job => !job.Name.StartsWith("platform.", StringComparison.Ordinal)))
            {
                Assert.True(names.Add(job.Name), job.Name);
                Assert.StartsWith(feature.Schema.Replace('_', '-') + ".", job.Name.Replace('_', '-'), StringComparison.Ordinal);
            }
        Assert.NotEmpty(names);
    }
}
