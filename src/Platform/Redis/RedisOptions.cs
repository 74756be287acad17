using System.ComponentModel.DataAnnotations;

namespace Doorbuster.Platform.Redis;

public sealed class RedisOptions
{
    /// <summary>The durable instance: gate, sessions, streams. StackExchange.Redis configuration string.</summary>
    [Required]
    public string Gate { get; set; } = "";

    /// <summary>The forgetful instance: caches, counters, pub/sub.</summary>
    [Required]
    public string Cache { get; set; } = "";

    /// <summary>How long one call may take before its store counts as away, ms.</summary>
    [Range(50, 10_000)]
    public int TimeoutMs { get; set; } = 1_000;
}
