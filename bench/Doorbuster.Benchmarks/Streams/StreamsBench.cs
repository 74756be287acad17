using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Serialization;
using Doorbuster.Benchmarks.Sales;
using Doorbuster.LoadTest.Http;

namespace Doorbuster.Benchmarks.Streams;

/// <summary>
/// <c>bin/bench streams [--streams N] [--json]</c>: what an open stream of a sale costs the program, and how soon everybody
/// hears that nothing is left.
/// </summary>
internal static class StreamsBench
{
    private const string Usage = "bin/bench streams [--streams N] [--json]";
    private const int WarmUp = 200;
    private const double KbMax = 30;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // Long enough for every stream to have beaten once.
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(17);

    public static async Task<int> Run(string[] arguments)
    {
        var options = new Options(5_000);
        if (ShopBench.Read(arguments, ref options, (given, name, value) =>
            name == "--streams" ? given with { Streams = (int)value } : null) is { } wrong)
        {
            await Console.Error.WriteLineAsync($"{wrong}\n{Usage}");
            return 2;
        }
        return await ShopBench.Run(async (folder, cancel) =>
        {
            var result = await Measure(options.Streams, folder, cancel);
            ShopBench.Print(result, arguments.Contains("--json"), StreamsJson.Default.StreamsResult, result.Lines());
            return result.KbPerStream <= KbMax ? 0 : 1;
        });
    }

    private static async Task<StreamsResult> Measure(int count, string folder, CancellationToken cancel)
    {
        ShopBench.Note("starting a private shop");
        await using var shop = await Installation.Start(ShopBench.Program, folder, cancel);
        await shop.Import(cancel);
        var tokens = await shop.MakeTokens(1, cancel);
        var sale = await shop.CreateSale(units: 1, limit: 1, cancel);

        // What the first streams cost is the program's own code, not theirs.
        using (var first = await Streams.Open(shop.Url, sale, WarmUp, cancel))
            await first.Told("\"open\"").WaitAsync(Patience, cancel);
        await Task.Delay(3_000, cancel);
        var restMb = Processes.ResidentMb(shop.ProgramId);

        ShopBench.Note($"opening {count:N0} streams");
        var began = Stopwatch.GetTimestamp();
        using var streams = await Streams.Open(shop.Url, sale, count, cancel);
        await streams.Told("\"open\"").WaitAsync(Patience, cancel);
        var openedS = Stopwatch.GetElapsedTime(began).TotalSeconds;
        await Task.Delay(Beat, cancel);
        var openMb = Processes.ResidentMb(shop.ProgramId);

        ShopBench.Note("buying the only unit");
        var soldOut = streams.Told("\"sold_out\"");
        await Buy(shop, sale, tokens, cancel);
        var bought = Stopwatch.GetTimestamp();
        var times = (await soldOut.WaitAsync(Patience, cancel)).Select(at => Stopwatch.GetElapsedTime(bought, at).TotalMilliseconds)
            .Order().ToList();
        return new(
            count, Math.Round(openedS, 1), Math.Round(restMb), Math.Round(openMb), Math.Round((openMb - restMb) * 1024 / count, 1),
            Math.Round(times[0]), Math.Round(times[count / 2]), Math.Round(times[^1]));
    }

    private static async Task Buy(Installation shop, string sale, Tokens tokens, CancellationToken cancel)
    {
        using var http = new HttpClient();
        using var claim = new HttpRequestMessage(HttpMethod.Post, new Uri(shop.Url, $"/api/v1/sales/{sale}/claims"))
        {
            Content = new StringContent("""{"quantity":1}""", Encoding.ASCII, "application/json"),
        };
        claim.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Encoding.ASCII.GetString(tokens[0]));
        claim.Headers.Add("Idempotency-Key", "the-only-unit");
        using var answer = await http.SendAsync(claim, cancel);
        answer.EnsureSuccessStatusCode();
    }

    private sealed record Options(int Streams);

    /// <summary>Connections that follow a sale, and when each was told something.</summary>
    private sealed class Streams : IDisposable
    {
        private const int AtOnce = 64;
        private readonly List<Reader> _readers = [];

        public static async Task<Streams> Open(Uri shop, string sale, int count, CancellationToken cancel)
        {
            var streams = new Streams();
            var request = Encoding.ASCII.GetBytes(
                $"GET /api/v1/sales/{sale}/events HTTP/1.1\r\nHost: {shop.Authority}\r\nAccept: text/event-stream\r\n\r\n");
            for (var opened = 0; opened < count; opened += AtOnce)
                streams._readers.AddRange(await Task.WhenAll(Enumerable.Range(0, Math.Min(AtOnce, count - opened))
                    .Select(_ => Reader.Open(shop, request, cancel))));
            return streams;
        }

        /// <summary>When each stream had said this.</summary>
        public Task<long[]> Told(string what) => Task.WhenAll(_readers.Select(reader => reader.Told(what)));

        public void Dispose() => _readers.ForEach(reader => reader.Dispose());
    }

    private sealed class Reader(Socket socket) : IDisposable
    {
        private readonly byte[] _buffer = new byte[2_048];

        public static async Task<Reader> Open(Uri shop, byte[] request, CancellationToken cancel)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(shop.Host, shop.Port, cancel);
            await socket.SendAsync(request, cancel);
            return new Reader(socket);
        }

        public async Task<long> Told(string what)
        {
            var text = new StringBuilder();
            while (!text.ToString().Contains(what, StringComparison.Ordinal))
            {
                var read = await socket.ReceiveAsync(_buffer);
                if (read == 0)
                    throw new InvalidOperationException($"A stream ended: {text}");
                text.Append(Encoding.ASCII.GetString(_buffer, 0, read));
            }
            return Stopwatch.GetTimestamp();
        }

        public void Dispose() => socket.Dispose();
    }
}

/// <param name="FirstToldMs">After the claim was answered.</param>
internal sealed record StreamsResult(
    int Streams, double OpenedS, double RestMb, double OpenMb, double KbPerStream, double FirstToldMs, double HalfToldMs,
    double LastToldMs)
{
    public IEnumerable<string> Lines() =>
    [
        $"{Streams:N0} streams, open after {OpenedS} s",
        $"resident memory of the program: {RestMb:N0} MB before, {OpenMb:N0} MB with them: {KbPerStream} KB a stream",
        $"told that it is sold out: the first after {FirstToldMs:N0} ms, half after {HalfToldMs:N0} ms, the last after {LastToldMs:N0} ms",
    ];
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(StreamsResult))]
internal sealed partial class StreamsJson : JsonSerializerContext;
