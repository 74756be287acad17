using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Doorbuster.Orders.Sharding;

/// <summary>The databases that have orders, by number. Shard 0 is in the main database and always there.</summary>
internal sealed class ShardAddresses
{
    public const string Section = "Postgres:Orders:Shards";
    private const int NumberMax = 63;    // numbers of messages are offset by it: seven bits of 64

    private readonly SortedDictionary<int, string> _others = [];

    /// <exception cref="InvalidOperationException">A setting is no address of a shard.</exception>
    public ShardAddresses(IConfiguration configuration)
    {
        foreach (var setting in configuration.GetSection(Section).GetChildren())
        {
            if (!int.TryParse(setting.Key, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                || number is < 1 or > NumberMax || string.IsNullOrWhiteSpace(setting.Value))
                throw new InvalidOperationException(
                    $"{setting.Path}: must be the connection string of a shard from 1 to {NumberMax}; shard 0 is in "
                    + "the main database.");
            _others.Add(number, setting.Value);
        }
    }

    public IEnumerable<int> Numbers => _others.Keys.Prepend(0);

    /// <summary>All but shard 0.</summary>
    public IReadOnlyDictionary<int, string> Others => _others;

    /// <summary>The keyed data source of a shard. When there are several, shard 0 has one of its own too: consumers hold
    /// a connection of the feature's pool meanwhile.</summary>
    public string PoolOf(int shard) => _others.Count == 0
        ? OrdersFeature.SchemaName
        : string.Create(CultureInfo.InvariantCulture, $"{OrdersFeature.SchemaName}.{shard}");
}
