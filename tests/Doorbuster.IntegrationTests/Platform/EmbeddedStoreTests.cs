using Doorbuster.Platform;
using Doorbuster.Platform.Redis;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.IntegrationTests.Platform;

public sealed class EmbeddedStoreTests(Database database) : IClassFixture<Database>
{
    [Fact]
    public async Task A_database_has_every_features_schema()
    {
        await using var command = database.Sql.CreateCommand("select count(*) from platform.migrations");
        Assert.True((long)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))! > 0);
    }

    [Fact]
    public async Task A_process_reaches_all_three_stores()
    {
        var services = await database.StartProcess(Work.None);
        Assert.True(await services.GetRequiredService<GateRedis>().Call(db => db.StringSetAsync("a", "1")));
        Assert.True(await services.GetRequiredService<CacheRedis>().Call(db => db.StringSetAsync("a", "1")));
        Assert.True(services.GetRequiredService<Ids>().Next() > 0);
    }
}
