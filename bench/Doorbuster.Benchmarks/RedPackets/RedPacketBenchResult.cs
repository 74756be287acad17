using System.Text.Json.Serialization;
using Doorbuster.Benchmarks.Sales;

namespace Doorbuster.Benchmarks.RedPackets;

/// <param name="PerSecond">Definite answers, of winners and losers.</param>
/// <param name="GrabbedMinor">What the answers said.</param>
/// <param name="IsExact">Right number of winners, no part twice, and the audit agrees with the answers to the unit.</param>
/// <param name="SettledSeconds">From the first grab until everything was in the wallets, counted.</param>
public sealed record Rush(
    double PerSecond, int People, int Won, int Lost, long Retries, int Wrong, string? FirstWrong, long GrabbedMinor,
    long AmountMinor, bool IsExact, double SettledSeconds, double CreditedPerSecond, CpuShares Cpu);

public sealed record RedPacketBenchResult
{
    private const double GrabsGoal = 20_000;

    public required IReadOnlyList<Measured> Echoes { get; init; }

    /// <summary>Many people for few parts.</summary>
    public required IReadOnlyList<Rush> Storms { get; init; }

    /// <summary>As many parts as people.</summary>
    public required IReadOnlyList<Rush> Wins { get; init; }
    public required double EchoPerSecond { get; init; }
    public required double GrabsPerSecond { get; init; }
    public required double WinsPerSecond { get; init; }
    public required double GrabsToEcho { get; init; }
    public required double WinsToEcho { get; init; }
    public required double CreditedPerSecond { get; init; }
    public required bool IsExact { get; init; }
    public required int People { get; init; }
    public required int Parts { get; init; }
    public required int Connections { get; init; }

    public IEnumerable<string> Lines()
    {
        yield return "";
        yield return $"{"",-34}{"measured",12}   {"goal",-22}";
        yield return Line(
            $"grabs, {People:N0} for {Parts:N0} parts", $"{GrabsPerSecond:N0}/s", ">= 20,000/s", GrabsPerSecond >= GrabsGoal);
        yield return Line("  of the bare POST echo", $"{GrabsToEcho:0.00}", $"echo {EchoPerSecond:N0}/s", null);
        yield return Line("winning grabs alone", $"{WinsPerSecond:N0}/s", ">= 20,000/s", WinsPerSecond >= GrabsGoal);
        yield return Line("  of the bare POST echo", $"{WinsToEcho:0.00}", "", null);
        yield return Line("credited to wallets meanwhile", $"{CreditedPerSecond:N0}/s", "until the last was counted", null);
        yield return Line("sum exact, one part each", IsExact ? "yes" : "NO", "every round, audited", IsExact);
        foreach (var (name, rounds) in new[] { ("storm", Storms), ("wins", Wins) })
            yield return $"{name,-7} {string.Join("  ", rounds.Select(one => $"{one.PerSecond:N0}/s"))}   CPU of one: generator "
                + $"{rounds[^1].Cpu.Generator:0.00}, server {rounds[^1].Cpu.Server:0.00}, PostgreSQL {rounds[^1].Cpu.Postgres:0.00}"
                + $", Redis {rounds[^1].Cpu.Redis:0.00}";
        yield return $"{Connections} connections, {Environment.ProcessorCount} processors shared by all";
    }

    private static string Line(string what, string value, string goal, bool? reached) =>
        $"{(reached is null ? " " : reached.Value ? "✓" : "✗")} {what,-32}{value,12}   {goal}";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(RedPacketBenchResult))]
internal sealed partial class RedPacketBenchJson : JsonSerializerContext;
