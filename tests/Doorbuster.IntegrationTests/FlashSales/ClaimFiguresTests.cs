using System.Runtime.InteropServices;
using Doorbuster.Contracts.Claims;
using Doorbuster.FlashSales;
using Doorbuster.Platform;
using Doorbuster.Platform.Redis;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.IntegrationTests.FlashSales;

public sealed class ClaimFiguresTests(SharedStores stores)
{
    private const string Key = "flash-sales:figures:2:7";

    [Fact]
    public async Task What_processes_counted_is_added_up_without_those_of_days_ago_which_are_dropped()
    {
        var addresses = await stores.NewDatabase();
        using var watching = TestProcess.Build(addresses, Work.None);
        using var ended = TestProcess.Build(addresses, Work.None);
        var redis = watching.Services.GetRequiredService<CacheRedis>();
        var now = TimeProvider.System.GetUtcNow();
        await Write("yesterday", now.AddHours(-23), 10);
        await Write("before", now.AddHours(-25), 1_000);

        // A process says what it counted when it ends, also what it counted in its last second.
        await ended.StartAsync(TestContext.Current.CancellationToken);
        ended.Services.GetRequiredService<ClaimCounts>().Count(7, ClaimOutcome.Claimed);
        await ended.StopAsync(TestContext.Current.CancellationToken);

        var claimed = (await watching.Services.GetRequiredService<ClaimFigures>().Requests(7))[(int)ClaimOutcome.Claimed];
        Assert.Equal(11, claimed);
        var fields = await redis.Call(db => db.HashKeysAsync(Key));
        Assert.Contains("yesterday", fields.Select(field => (string?)field));
        Assert.DoesNotContain("before", fields.Select(field => (string?)field));
        Assert.Equal(2, fields.Length);

        Task Write(string process, DateTimeOffset at, long count) => redis.Call(db => db.HashSetAsync(
            Key, process, MemoryMarshal.AsBytes<long>(new[] { at.ToUnixTimeMilliseconds(), count }).ToArray()));
    }
}
