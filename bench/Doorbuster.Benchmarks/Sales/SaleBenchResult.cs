using System.Text.Json.Serialization;

namespace Doorbuster.Benchmarks.Sales;

public sealed record SaleBenchResult
{
    public required IReadOnlyDictionary<string, IReadOnlyList<Measured>> Rounds { get; init; }
    public required double ClaimsPerSecond { get; init; }
    public required double EchoPerSecond { get; init; }

    /// <summary>The same echo asked by wrk with one thread, to know the generator; null when wrk is not installed.</summary>
    public required double? EchoByWrkPerSecond { get; init; }
    public required double SoldOutPerSecond { get; init; }
    public required double StatePerSecond { get; init; }
    public required double BareGetPerSecond { get; init; }
    public required double ClaimsToEcho { get; init; }
    public required double SoldOutToEcho { get; init; }
    public required double StateToBareGet { get; init; }

    /// <summary>At a share of the highest rate, as people come.</summary>
    public required OpenResult OpenClaims { get; init; }
    public required SettledResult Settled { get; init; }

    /// <summary>Resident memory of the program when it had just started, and at the end.</summary>
    public required double RestMb { get; init; }
    public required double AfterMb { get; init; }
    public required int People { get; init; }
    public required int Connections { get; init; }

    public IEnumerable<string> Lines()
    {
        yield return "";
        yield return $"{"",-34}{"measured",12}   {"goal",-22}";
        yield return Line("claims committed (201)", $"{ClaimsPerSecond:N0}/s", ">= 40,000/s", ClaimsPerSecond >= 40_000);
        yield return Line("  of the bare POST echo", $"{ClaimsToEcho:0.00}", $">= 0.45 of {EchoPerSecond:N0}/s", ClaimsToEcho >= 0.45);
        yield return Line(
            $"  p99 at {OpenClaims.AskedPerSecond:N0}/s, open model", $"{OpenClaims.Latency.P99:0.0} ms", "<= 25 ms",
            OpenClaims.Latency.P99 <= 25 && OpenClaims.Generator.IsValid);
        yield return Line("sold-out answer of the echo", $"{SoldOutToEcho:0.00}", $">= 0.80, is {SoldOutPerSecond:N0}/s", SoldOutToEcho >= 0.8);
        yield return Line(
            "sale state of a bare GET", $"{StateToBareGet:0.00}", $">= 0.85, is {StatePerSecond:N0} of {BareGetPerSecond:N0}/s",
            StateToBareGet >= 0.85);
        yield return Line(
            "orders settled", $"{Settled.OrdersPerSecond:N0}/s", ">= 10,000/s, outbox not growing",
            Settled.OrdersPerSecond >= 10_000 * 0.98 && !Settled.OutboxGrew);
        yield return Line("resident memory at rest", $"{RestMb:0} MB", "<= 200 MB", RestMb <= 200);
        yield return "";
        yield return $"open model   p50 {OpenClaims.Latency.P50:0.0}  p90 {OpenClaims.Latency.P90:0.0}  p99 {OpenClaims.Latency.P99:0.0}  "
            + $"p99.9 {OpenClaims.Latency.P999:0.0}  max {OpenClaims.Latency.Max:0.0} ms   "
            + (OpenClaims.Generator.IsValid ? "generator kept up" : OpenClaims.Generator.WhyInvalid);
        yield return $"settled      {Settled.Claims:N0} claims, {Settled.Orders:N0} orders; outbox {Settled.OutboxBefore:N0} before, "
            + $"{Settled.OutboxMax:N0} at most, empty {Settled.DrainSeconds:0.0} s after the last claim";
        foreach (var (name, rounds) in Rounds)
            yield return $"{name,-12} {string.Join("  ", rounds.Select(r => $"{r.PerSecond:N0}/s"))}   CPU of one: {Cpu(rounds[^1].Cpu)}"
                + (rounds.Sum(r => r.Wrong) is > 0 and var wrong ? $"   {wrong:N0} wrong answers" : "");
        yield return $"{"open model",-12} CPU of one: {Cpu(OpenClaims.Cpu)}";
        yield return $"{"settling",-12} CPU of one: {Cpu(Settled.Load.Cpu)}   memory afterwards {AfterMb:0} MB";
        if (EchoByWrkPerSecond is { } wrk)
            yield return $"{"generator",-12} {EchoPerSecond / wrk:0.00} of wrk's rate on the same echo ({wrk:N0}/s)";
        yield return $"{People:N0} people with sessions, {Connections} connections, {Environment.ProcessorCount} processors shared by all";
    }

    private static string Line(string what, string value, string goal, bool reached) =>
        $"{(reached ? "✓" : "✗")} {what,-32}{value,12}   {goal}";

    private static string Cpu(CpuShares cpu) =>
        $"generator {cpu.Generator:0.00}, server {cpu.Server:0.00}, PostgreSQL {cpu.Postgres:0.00}, Redis {cpu.Redis:0.00}";
}

/// <param name="OrdersPerSecond">Written while claims came in.</param>
/// <param name="OutboxGrew">It held more than twice as much in the second half as in the first.</param>
/// <param name="DrainSeconds">From the last claim until the outbox was empty.</param>
public sealed record SettledResult(
    long Claims, long Orders, double OrdersPerSecond, long OutboxBefore, long OutboxMax, bool OutboxGrew, double DrainSeconds,
    OpenResult Load);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(SaleBenchResult))]
internal sealed partial class BenchJson : JsonSerializerContext;
