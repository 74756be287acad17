using Doorbuster.Platform.Commands;
using Doorbuster.Platform.Embedded;

namespace Doorbuster;

/// <summary>Where an installation's stores are, as configuration.</summary>
internal static class Addresses
{
    public const string Variables = "DOORBUSTER__";

    public static Dictionary<string, string?> Of(EmbeddedStores stores) =>
        Of(stores.Postgres.ConnectionString, stores.Gate.ConnectionString, stores.Cache.ConnectionString);

    public static Dictionary<string, string?> Of(RunningInstallation running) =>
        Of(running.Postgres.ConnectionString, running.RedisGate.ConnectionString, running.RedisCache.ConnectionString);

    /// <summary>The file given by <c>--config</c>, then <c>DOORBUSTER__…</c> variables, which win.</summary>
    public static IConfigurationRoot FromOutside(FileInfo? file = null)
    {
        var configuration = new ConfigurationBuilder();
        if (file is not null)
            configuration.AddJsonFile(file.FullName, optional: false);
        return configuration.AddEnvironmentVariables(Variables).Build();
    }

    public static string VariableOf(string key) => Variables + key.Replace(":", "__", StringComparison.Ordinal);

    public static bool AreIn(IConfiguration configuration) =>
        !string.IsNullOrEmpty(configuration["Postgres:ConnectionString"]);

    public static CommandFailedException Missing(string folder) => new(ExitCode.DependencyAway,
        $"No shop is running in {folder}, and none was ever started there. Start one with ./run, name another folder "
        + "with --data, "
        + $"or name the stores with {Variables}Postgres__ConnectionString, {Variables}Redis__Gate and "
        + $"{Variables}Redis__Cache.");

    private static Dictionary<string, string?> Of(string postgres, string gate, string cache) => new()
    {
        ["Postgres:ConnectionString"] = postgres,
        ["Redis:Gate"] = gate,
        ["Redis:Cache"] = cache,
    };
}
