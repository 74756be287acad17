using System.CommandLine;
using System.Globalization;
using Doorbuster.Platform;
using Doorbuster.Platform.Commands;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.Orders.Sharding;

/// <summary><c>doorbuster shard …</c></summary>
internal static class ShardCommand
{
    public static Command Make(CommandHost host) =>
        new("shard", "The databases that have the orders.") { List(host), Move(host) };

    private static Command List(CommandHost host)
    {
        var command = new Command("list", "Which shard has how many buckets and orders.");
        command.SetAction((arguments, cancel) => host.Run(arguments, async (services, output, token) =>
        {
            var shards = await services.GetRequiredService<ShardMover>().List(token);
            output.Write(new ShardList(shards), OrdersJson.Default.ShardList, shards.Select(shard => string.Create(
                CultureInfo.InvariantCulture,
                $"shard {shard.Shard}   {shard.Buckets,5:N0} buckets   {shard.Orders,12:N0} orders")));
            return ExitCode.Ok;
        }, cancel));
        return command;
    }

    private static Command Move(CommandHost host)
    {
        var bucket = new Argument<int>("BUCKET")
        { Description = $"0 to {Ids.Buckets - 1}." };
        var to = new Option<int>("--to") { Description = "Number of the shard.", Required = true };
        var command = new Command(
            "move", "Move a bucket to another shard while orders flow. Interrupted: give the same command again.")
        { bucket, to };
        command.SetAction((arguments, cancel) => host.Run(arguments, async (services, output, token) =>
        {
            var (number, shard) = (arguments.GetValue(bucket), arguments.GetValue(to));
            if (number is < 0 or >= Ids.Buckets)
                return output.Fail(ExitCode.Usage, $"There are buckets 0 to {Ids.Buckets - 1}.");
            if (!services.GetRequiredService<OrderShards>().Databases.ContainsKey(shard))
                return output.Fail(
                    ExitCode.NotFound, $"There is no shard {shard}: {ShardAddresses.Section}:{shard} is not configured.");

            switch (await services.GetRequiredService<ShardMover>().Move(number, shard, token))
            {
                case MoveOutcome.Busy:
                    return output.Fail(ExitCode.Conflict, $"Bucket {number} is being moved already.");
                case MoveOutcome.AlreadyThere:
                    output.Write(
                        new Moved(number, shard, shard, 0, 0), OrdersJson.Default.Moved,
                        $"Bucket {number} is in shard {shard}.");
                    return ExitCode.Ok;
                case MoveOutcome.Done { Moved: var moved }:
                    output.Write(moved, OrdersJson.Default.Moved, string.Create(CultureInfo.InvariantCulture,
                        $"Bucket {number}: {moved.Orders:N0} orders from shard {moved.From} to {moved.To}, not written for {moved.FrozenMs:N0} ms"));
                    return ExitCode.Ok;
                default:
                    throw new System.Diagnostics.UnreachableException();
            }
        }, cancel));
        return command;
    }
}

internal sealed record ShardList(IReadOnlyList<ShardContent> Shards);
