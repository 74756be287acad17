using Doorbuster.Platform.Embedded;
using StackExchange.Redis;

namespace Doorbuster.Checks;

/// <summary>The gate must forget nothing it confirmed; the cache must make room by itself.</summary>
internal static class RedisChecks
{
    private static readonly (string Setting, string Wanted, Level Otherwise, string Because)[] Gate =
    [
        ("appendonly", "yes", Level.Fail, "without it a restart forgets the sale in progress"),
        ("appendfsync", "always", Level.Fail, "otherwise a power cut forgets up to a second of it"),
        ("maxmemory-policy", "noeviction", Level.Fail, "otherwise a full Redis forgets who bought"),
    ];

    private static readonly (string Setting, string Wanted, Level Otherwise, string Because)[] Cache =
    [
        ("maxmemory-policy", "allkeys-lfu", Level.Warn,
            "otherwise a full cache refuses writes, or forgets what is used most"),
    ];

    public static Task<List<Finding>> RunGate(string? configuration, CancellationToken cancel) =>
        Run("Redis (gate)", configuration, Gate, cancel);

    public static Task<List<Finding>> RunCache(string? configuration, CancellationToken cancel) =>
        Run("Redis (cache)", configuration, Cache, cancel);

    private static async Task<List<Finding>> Run(
        string subject, string? configuration,
        (string Setting, string Wanted, Level Otherwise, string Because)[] wishes, CancellationToken cancel)
    {
        if (string.IsNullOrEmpty(configuration))
            return [Finding.Fail(
                subject, "no address is configured",
                $"Set {Addresses.Variables}Redis__Gate and {Addresses.Variables}Redis__Cache.")];

        var options = ConfigurationOptions.Parse(configuration);
        options.AllowAdmin = true;
        options.ConnectTimeout = 2_000;
        try
        {
            using var redis = await ConnectionMultiplexer.ConnectAsync(options)
                .WaitAsync(TimeSpan.FromSeconds(5), cancel);
            var server = redis.GetServer(redis.GetEndPoints()[0]);
            var findings = new List<Finding>
            {
                server.Version.Major >= ServerPrograms.RedisMajorMin
                    ? Finding.Ok(subject, $"{server.Version} answers at {options.EndPoints[0]}")
                    : Finding.Fail(
                        subject, $"{server.Version}", $"Upgrade to {ServerPrograms.RedisMajorMin} or later."),
            };
            foreach (var (setting, wanted, otherwise, because) in wishes)
            {
                var value = (await server.ConfigGetAsync(setting)).Single().Value;
                findings.Add(value == wanted
                    ? Finding.Ok($"{subject} {setting}", value)
                    : new Finding(
                        $"{subject} {setting}", otherwise, value,
                        $"config set {setting} {wanted}, and in its file: {because}."));
            }
            return findings;
        }
        catch (Exception error) when (error is RedisException or TimeoutException)
        {
            return [Finding.Fail(
                subject, $"{options.EndPoints[0]} does not answer: {error.Message}",
                "Start it, or put its address and password right.")];
        }
    }
}
