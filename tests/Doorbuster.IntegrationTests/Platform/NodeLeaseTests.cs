using Doorbuster.Platform;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.Logging.Abstractions;

namespace Doorbuster.IntegrationTests.Platform;

public sealed class NodeLeaseTests(SharedStores stores)
{
    [Fact]
    public async Task Processes_that_start_at_once_lease_different_numbers_and_give_them_back()
    {
        await using var database = await TestDatabase.Migrated(stores);
        var nodes = Enumerable.Range(0, 20).Select(_ => new NodeNumber()).ToList();

        var leases = await Task.WhenAll(nodes.Select(node => Lease(database, node).Hold(default)));
        Assert.Equal(20, nodes.Select(node => node.Value).Distinct().Count());

        foreach (var lease in leases)
            await lease.DisposeAsync();
        Assert.Equal(0L, await database.Scalar<long>("select count(*) from platform.nodes where owner is not null"));
    }

    [Fact]
    public async Task A_process_whose_lease_was_taken_over_gets_another_number()
    {
        await using var database = await TestDatabase.Migrated(stores);
        var node = new NodeNumber();
        var lease = Lease(database, node);
        await using var _ = await lease.Hold(default);
        var first = node.Value;
        await database.Run($"update platform.nodes set owner = gen_random_uuid() where number = {first}");

        await lease.Renew(default);

        Assert.NotEqual(first, node.Value);
    }

    [Fact]
    public async Task A_silent_owners_number_is_taken_only_when_there_is_no_other()
    {
        await using var database = await TestDatabase.Migrated(stores);
        await database.Run(
            "update platform.nodes set owner = gen_random_uuid(), leased_until = now() - interval '1 hour' where number = 0");
        await database.Run(
            "update platform.nodes set leased_until = now() - interval '1 s' where number > 0");
        var (one, other) = (new NodeNumber(), new NodeNumber());

        await using var first = await Lease(database, one).Hold(default);
        Assert.Equal(1, one.Value);

        await database.Run(
            "update platform.nodes set owner = gen_random_uuid(), leased_until = now() + interval '1 min' where number > 1");
        await using var second = await Lease(database, other).Hold(default);
        Assert.Equal(0, other.Value);
    }

    private static NodeLease Lease(TestDatabase database, NodeNumber node) =>
        new(database.Source, node, TimeProvider.System, NullLogger<NodeLease>.Instance);
}
