using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Doorbuster.LoadTest.Http;

namespace Doorbuster.Benchmarks.Sales;

/// <summary>
/// A sale through HTTP against the barest ASP.NET server, both with the generator and all stores on this machine. Short rounds
/// in turn, so that a neighbour's noise falls on all alike; the middle round counts.
/// </summary>
internal sealed class SaleBench(SaleBenchOptions options, Installation shop, Tokens tokens, Uri bare, int bareId, Action<string> note)
{
    private static readonly byte[] Body = Encoding.ASCII.GetBytes("""{"quantity":1}""");

    private readonly string _run = $"{Stopwatch.GetTimestamp():x}";
    private readonly Meter _onShop = new(options.Connections, () => (shop.ProgramId, shop.PostgresId, [shop.GateId, shop.CacheId]));
    private readonly Meter _onBare = new(options.Connections, () => (bareId, 0, []));
    private long _keys;

    public async Task<SaleBenchResult> Run(string sale, string soldOut, double restMb, CancellationToken cancel)
    {
        (string Name, Func<Task<Measured>> Measure)[] kinds =
        [
            ("echo", () => _onBare.Closed(bare, Echo, 200, options.Seconds)),
            ("bare_get", () => _onBare.Closed(bare, r => Get(r, "/state"), 200, options.Seconds)),
            ("claims", () => _onShop.Closed(shop.Url, r => Claim(r, sale), 201, options.Seconds)),
            ("sold_out", () => _onShop.Closed(shop.Url, r => Claim(r, soldOut), 409, options.Seconds)),
            ("state", () => _onShop.Closed(shop.Url, r => Get(r, $"/api/v1/sales/{sale}/state"), 200, options.Seconds)),
        ];
        var rounds = kinds.ToDictionary(k => k.Name, _ => new List<Measured>());
        for (var round = 0; round <= options.Rounds; round++)
        {
            foreach (var (name, measure) in kinds)
            {
                var measured = await measure();
                note($"{(round == 0 ? "warming up" : $"round {round}"),-10} {name,-9} {measured.PerSecond,9:N0}/s"
                    + (measured.Wrong > 0 ? $"   {measured.Wrong:N0} wrong answers, the first: {measured.FirstWrong}" : ""));
                if (round > 0)
                    rounds[name].Add(measured);
                await Drain(cancel);
            }
        }

        var wrk = await Wrk.Measure(new Uri(bare, "/echo"), options.Connections, options.Seconds, cancel);
        var middle = rounds.ToDictionary(r => r.Key, r => r.Value.OrderBy(m => m.PerSecond).ElementAt(r.Value.Count / 2));
        var open = await OpenClaims(sale, middle["claims"].PerSecond * options.OpenShare, cancel);
        var settled = await Settle(sale, cancel);
        return new SaleBenchResult
        {
            Rounds = rounds.ToDictionary(r => r.Key, r => (IReadOnlyList<Measured>)r.Value),
            ClaimsPerSecond = middle["claims"].PerSecond,
            EchoPerSecond = middle["echo"].PerSecond,
            EchoByWrkPerSecond = wrk,
            SoldOutPerSecond = middle["sold_out"].PerSecond,
            StatePerSecond = middle["state"].PerSecond,
            BareGetPerSecond = middle["bare_get"].PerSecond,
            ClaimsToEcho = Ratio("claims", "echo"),
            SoldOutToEcho = Ratio("sold_out", "echo"),
            StateToBareGet = Ratio("state", "bare_get"),
            OpenClaims = open,
            Settled = settled,
            RestMb = restMb,
            AfterMb = Math.Round(Processes.ResidentMb(shop.ProgramId)),
            People = tokens.Count,
            Connections = options.Connections,
        };

        // Of each round by itself: both halves had the same neighbours.
        double Ratio(string one, string other) => Math.Round(
            rounds[one].Zip(rounds[other], (a, b) => a.PerSecond / b.PerSecond).Order().ElementAt(options.Rounds / 2), 3);
    }

    private async Task<OpenResult> OpenClaims(string sale, double perSecond, CancellationToken cancel)
    {
        note($"open model: {perSecond:N0} claims/s for {options.OpenSeconds:0} s, times from the intended send time");
        var result = await _onShop.Open(shop.Url, r => Claim(r, sale), 201, perSecond, options.OpenSeconds);
        await Drain(cancel);
        return result;
    }

    // Sustained: what is claimed must be written as orders at the same pace, so the outbox must not grow.
    private async Task<SettledResult> Settle(string sale, CancellationToken cancel)
    {
        note($"settling: {options.SettlePerSecond:N0} claims/s for {options.SettleSeconds:0} s, each becoming an order");
        var (ordersBefore, outboxBefore) = (await Orders(cancel), await Outbox(cancel));
        var started = Stopwatch.GetTimestamp();
        var claiming = _onShop.Open(shop.Url, r => Claim(r, sale), 201, options.SettlePerSecond, options.SettleSeconds);
        List<long> depths = [];
        while (!claiming.IsCompleted)
        {
            await Task.WhenAny(claiming, Task.Delay(1_000, cancel));
            depths.Add(await Outbox(cancel));
        }
        var claims = await claiming;
        var during = await Orders(cancel) - ordersBefore;
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;

        var drainStarted = Stopwatch.GetTimestamp();
        await Drain(cancel);
        var all = await Orders(cancel) - ordersBefore;
        var second = depths.Count / 2;
        return new SettledResult(
            claims.Answers, all, Math.Round(during / seconds), outboxBefore, depths.DefaultIfEmpty(0).Max(),
            depths.Count > 3 && depths[second..].Average() > 2 * Math.Max(depths[..second].Average(), 20),
            Math.Round(Stopwatch.GetElapsedTime(drainStarted).TotalSeconds, 2), claims);
    }

    private Task<long> Orders(CancellationToken cancel) => shop.Count("select count(*) from orders.orders", cancel);

    private Task<long> Outbox(CancellationToken cancel) => shop.Count("select count(*) from messaging.outbox", cancel);

    /// <summary>Waits until what was claimed has become orders, or the next measurement pays for it.</summary>
    private async Task Drain(CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        while (await Outbox(cancel) > 0 && Stopwatch.GetElapsedTime(started) < options.DrainMax)
            await Task.Delay(50, cancel);
    }

    private static Func<long, Span<byte>, int> Echo(Requests requests)
    {
        byte[] request = [.. requests.Head("POST", "/echo", Body.Length), .. "\r\n"u8, .. Body];
        return (_, to) => Copy(request, to);
    }

    private static Func<long, Span<byte>, int> Get(Requests requests, string path)
    {
        byte[] request = [.. requests.Head("GET", path), .. "\r\n"u8];
        return (_, to) => Copy(request, to);
    }

    private Func<long, Span<byte>, int> Claim(Requests requests, string sale)
    {
        var head = requests.Head("POST", $"/api/v1/sales/{sale}/claims", Body.Length);
        return (_, to) =>
        {
            var count = Copy(head, to);
            var number = _keys++;
            Span<byte> key = stackalloc byte[48];
            System.Text.Unicode.Utf8.TryWrite(key, $"{_run}-{number}", out var length);

            // The first person is the one who bought the sold-out sale's only unit.
            return Requests.Finish(to, count, tokens[1 + (int)(number % (tokens.Count - 1))], key[..length], Body);
        };
    }

    private static int Copy(byte[] request, Span<byte> to)
    {
        request.CopyTo(to);
        return request.Length;
    }
}

internal sealed record SaleBenchOptions
{
    public int Rounds { get; init; } = 3;
    public double Seconds { get; init; } = 5;
    public int People { get; init; } = 50_000;
    public int Connections { get; init; } = 256;
    public double OpenSeconds { get; init; } = 20;
    public double OpenShare { get; init; } = 0.7;
    public double SettleSeconds { get; init; } = 60;
    public double SettlePerSecond { get; init; } = 10_000;
    public TimeSpan DrainMax { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Every part once and briefly: shows that it works, not how fast.</summary>
    public static SaleBenchOptions Quick => new()
    {
        Rounds = 1,
        Seconds = 1,
        People = 1_000,
        OpenSeconds = 2,
        SettleSeconds = 3,
        SettlePerSecond = 500,
    };
}
