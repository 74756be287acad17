namespace Doorbuster;

/// <summary>
/// After a storm the collector keeps what it needed, in case another comes. We share the machine with PostgreSQL and
/// Redis, whose page cache can use it: once it is quiet again, one thorough collection gives it back.
/// </summary>
internal sealed class GiveMemoryBack(TimeProvider clock) : BackgroundService
{
    private const long QuietBytes = 2 << 20;    // allocated in a second
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var (wasBusy, last) = (true, 0L);    // a start is a storm
        using var timer = new PeriodicTimer(Look, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var allocated = GC.GetTotalAllocatedBytes();
            var isBusy = allocated - last > QuietBytes * Look.TotalSeconds;
            if (wasBusy && !isBusy)
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            (wasBusy, last) = (isBusy, allocated);
        }
    }
}
