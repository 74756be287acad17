using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Doorbuster.Benchmarks.Sales;
using Doorbuster.LoadTest.Http;

namespace Doorbuster.Benchmarks.RedPackets;

/// <summary>
/// Grabs through HTTP with the generator and all stores on this machine: many people for few parts, as at a party, and as many
/// parts as people, so that everybody wins. A packet of its own for each round; afterwards every unit of money is counted.
/// </summary>
internal sealed class RedPacketBench(
    RedPacketBenchOptions options, Installation shop, Tokens tokens, Uri bare, int bareId, Action<string> note)
{
    private const long MinorPerPart = 100;
    private const int RetryAfterSeconds = 10;

    private static readonly TimeSpan SettleMax = TimeSpan.FromMinutes(5);
    private static readonly byte[] EchoBody = Encoding.ASCII.GetBytes("""{"quantity":1}""");

    private readonly Meter _onShop =
        new(options.Connections, () => (shop.ProgramId, shop.PostgresId, [shop.GateId, shop.CacheId]));
    private readonly Meter _onBare = new(options.Connections, () => (bareId, 0, []));

    public async Task<RedPacketBenchResult> Run(CancellationToken cancel)
    {
        var (echoes, storms, wins) = (new List<Measured>(), new List<Rush>(), new List<Rush>());
        for (var round = 0; round <= options.Rounds; round++)
        {
            var name = round == 0 ? "warming up" : $"round {round}";
            var echo = await _onBare.Closed(bare, Echo, 200, options.Seconds);
            note($"{name,-10} echo   {echo.PerSecond,9:N0}/s");
            var storm = await Measure(options.People, options.Parts, cancel);
            note($"{name,-10} storm  {storm.PerSecond,9:N0}/s   {Said(storm)}");
            var win = await Measure(options.People, options.People, cancel);
            note($"{name,-10} wins   {win.PerSecond,9:N0}/s   {Said(win)}");
            if (round == 0)
                continue;
            echoes.Add(echo);
            storms.Add(storm);
            wins.Add(win);
        }
        return new RedPacketBenchResult
        {
            Echoes = echoes,
            Storms = storms,
            Wins = wins,
            EchoPerSecond = Middle(echoes.Select(one => one.PerSecond)),
            GrabsPerSecond = Middle(storms.Select(one => one.PerSecond)),
            WinsPerSecond = Middle(wins.Select(one => one.PerSecond)),
            GrabsToEcho = Ratio(storms),
            WinsToEcho = Ratio(wins),
            CreditedPerSecond = Middle(wins.Select(one => one.CreditedPerSecond)),
            IsExact = storms.Concat(wins).All(one => one.IsExact),
            People = options.People,
            Parts = options.Parts,
            Connections = options.Connections,
        };

        // Of each round by itself: both had the same neighbours.
        double Ratio(List<Rush> rushes) =>
            Math.Round(Middle(rushes.Zip(echoes, (rush, echo) => rush.PerSecond / echo.PerSecond)), 3);
    }

    private async Task<Rush> Measure(int people, int parts, CancellationToken cancel)
    {
        var packet = await Create(parts, cancel);
        var address = await ShopAddress.Resolve(shop.Url, cancel);
        var started = Stopwatch.GetTimestamp();
        var (each, seconds, cpu) = await Meter.OnThread(() => Ask(address, packet, people));
        var settled = await Settle(packet, cancel);
        var credited = Stopwatch.GetElapsedTime(started).TotalSeconds;

        var (amount, written) = (settled.GetProperty("amount").GetInt64(), settled.GetProperty("writtenParts").GetInt64());
        var expected = Math.Min(people, parts);
        var isExact = each is { Doubled: 0, Wrong: 0 } && each.Won == expected && each.Lost == people - expected
            && settled.GetProperty("clean").GetBoolean() && settled.GetProperty("settled").GetBoolean()
            && settled.GetProperty("credited").GetInt64() == each.Minor
            && settled.GetProperty("writtenPeople").GetInt64() == expected && written == expected
            && amount == each.Minor + settled.GetProperty("left").GetInt64() + settled.GetProperty("refunded").GetInt64();
        return new Rush(
            Math.Round(people / seconds), people, each.Won, each.Lost, each.Retries, each.Wrong, each.FirstWrong,
            each.Minor, amount, isExact, Math.Round(credited, 2), Math.Round(written / credited), cpu);
    }

    private (OnceEach Each, double Seconds, CpuShares Cpu) Ask(ShopAddress address, string packet, int people)
    {
        using var loop = new Loop();
        using var client = new Client(loop, address.EndPoint, options.Connections, TimeSpan.FromSeconds(RetryAfterSeconds));
        client.Open();
        var head = new Requests(address).Head("POST", $"/api/v1/red-packets/{packet}/grabs", 0);
        var each = new OnceEach(client, loop, people, (person, to) =>
        {
            head.CopyTo(to);
            return Requests.Finish(to, head.Length, tokens[person], "grab"u8, []);
        });
        var seconds = _onShop.WithCpu(() =>
        {
            var started = loop.Now;
            each.Start(options.Connections);
            loop.Run(CancellationToken.None);
            return (loop.Now - started) / 1e9;
        }, out var cpu);
        return (each, seconds, cpu);
    }

    private async Task<string> Create(int parts, CancellationToken cancel)
    {
        var json = await shop.Run(
            cancel, "redpacket", "create", "--amount", $"{parts * MinorPerPart}", "--parts", $"{parts}", "--json");
        using var document = JsonDocument.Parse(json);
        return document.RootElement.GetProperty("id").GetString()!;
    }

    // When what was grabbed is in the wallets and written, the packet says so itself.
    private async Task<JsonElement> Settle(string packet, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        while (await shop.Count("select count(*) from messaging.outbox", cancel) > 0
            && Stopwatch.GetElapsedTime(started) < SettleMax)
            await Task.Delay(50, cancel);
        while (true)
        {
            using var audit = JsonDocument.Parse(await shop.Run(cancel, "redpacket", "audit", packet, "--json"));
            if (audit.RootElement.GetProperty("settled").GetBoolean() || Stopwatch.GetElapsedTime(started) > SettleMax)
                return audit.RootElement.Clone();
            await Task.Delay(200, cancel);
        }
    }

    private static string Said(Rush rush) =>
        $"{rush.Won:N0} won, {rush.Lost:N0} lost, {(rush.IsExact ? "exact" : "NOT EXACT")}, in wallets after "
        + $"{rush.SettledSeconds:0.0} s{(rush.Wrong > 0 ? $", {rush.Wrong:N0} wrong, the first: {rush.FirstWrong}" : "")}";

    private static double Middle(IEnumerable<double> rounds)
    {
        var ordered = rounds.Order().ToList();
        return ordered[ordered.Count / 2];
    }

    private static Func<long, Span<byte>, int> Echo(Requests requests)
    {
        byte[] request = [.. requests.Head("POST", "/echo", EchoBody.Length), .. "\r\n"u8, .. EchoBody];
        return (_, to) =>
        {
            request.CopyTo(to);
            return request.Length;
        };
    }
}

internal sealed record RedPacketBenchOptions
{
    public int Rounds { get; init; } = 3;
    public double Seconds { get; init; } = 3;
    public int People { get; init; } = 100_000;
    public int Parts { get; init; } = 5_000;
    public int Connections { get; init; } = 256;

    /// <summary>Every part once and briefly: shows that it works, not how fast.</summary>
    public static RedPacketBenchOptions Quick => new() { Rounds = 1, Seconds = 1, People = 5_000, Parts = 250 };
}
