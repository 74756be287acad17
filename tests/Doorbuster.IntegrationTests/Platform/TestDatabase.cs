using Npgsql;

namespace Doorbuster.IntegrationTests.Platform;

/// <summary>An empty database, or one of the test's own with every schema.</summary>
internal sealed class TestDatabase : IAsyncDisposable
{
    private TestDatabase(StoreAddresses addresses)
    {
        Addresses = addresses;
        Source = NpgsqlDataSource.Create(addresses.Postgres);
    }

    public StoreAddresses Addresses { get; }

    public string ConnectionString => Addresses.Postgres;

    public NpgsqlDataSource Source { get; }

    public static async Task<TestDatabase> Migrated(SharedStores stores) => new(await stores.NewDatabase());

    public static async Task<TestDatabase> Empty(SharedStores stores)
    {
        var addresses = await stores.NewDatabase();
        var address = new NpgsqlConnectionStringBuilder(addresses.Postgres);
        await using (var database = new TestDatabase(addresses))
            await database.Run($"create database {address.Database}_empty");
        address.Database += "_empty";
        return new(addresses with { Postgres = address.ConnectionString });
    }

    public async Task<T> Scalar<T>(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async Task Run(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Asks until the answer is the expected one, or time is up.</summary>
    public async Task Until<T>(T expected, string sql, double seconds = 20)
    {
        var deadline = TimeProvider.System.GetTimestamp() + (long)(seconds * TimeProvider.System.TimestampFrequency);
        while (true)
        {
            var found = await Scalar<T>(sql);
            if (Equals(found, expected))
                return;
            if (TimeProvider.System.GetTimestamp() > deadline)
                Assert.Fail($"Expected {expected}, found {found}: {sql}");
            await Task.Delay(10);
        }
    }

    public ValueTask DisposeAsync() => Source.DisposeAsync();
}
