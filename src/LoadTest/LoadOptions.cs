using System.CommandLine;
using System.CommandLine.Parsing;
using Doorbuster.LoadTest.Http;
using Doorbuster.LoadTest.Report;
using Doorbuster.Platform.Commands;
using Doorbuster.Platform.Embedded;

namespace Doorbuster.LoadTest;

/// <summary>What every scenario is asked for: where, as whom, and what to do with the result.</summary>
internal sealed class LoadOptions(CommandHost host)
{
    private readonly Option<Uri?> _url = new("--url")
    {
        Description = "The shop; by default the one that runs in the installation's folder.",
        CustomParser = result => Parse(result, ReadUrl),
    };
    private readonly Option<FileInfo> _tokens = new("--tokens")
    {
        Description = "Bearer tokens, one a line: the people. Make them with: doorbuster user tokens --count N --out FILE",
        Required = true,
    };
    private readonly Option<int> _connections = new("--connections")
    {
        Description = "Most connections at once; opened when there are more requests under way than connections.",
        DefaultValueFactory = _ => 1_000,
    };
    private readonly Option<TimeSpan> _timeout = Duration("--timeout", "How long one request may take.", "10s");
    private readonly Option<int> _seed = new("--seed")
    {
        Description = "Same seed, same people at the same times.",
        DefaultValueFactory = _ => 42,
    };
    private readonly Option<string[]> _thresholds = new("--threshold", "-t")
    {
        Description = "A condition on the result, such as 'claim:p99<50ms' or 'oversold==0'; exit 99 when one fails.",
    };
    private readonly Option<FileInfo?> _out = new("--out") { Description = "Write the result as JSON." };
    private readonly Option<FileInfo?> _report = new("--report") { Description = "Write the result as one HTML page with plots." };

    public IEnumerable<Option> All => [_url, _tokens, _connections, _timeout, _seed, _thresholds, _out, _report];

    public static Option<TimeSpan> Duration(string name, string description, string byDefault) => new(name)
    {
        Description = $"{description} Default {byDefault}.",
        DefaultValueFactory = _ => Amounts.Duration(byDefault),
        CustomParser = result => Parse(result, Amounts.Duration),
    };

    public static Option<double> Share(string name, string description, string byDefault) => new(name)
    {
        Description = $"{description} Default {byDefault}.",
        DefaultValueFactory = _ => Amounts.Share(byDefault),
        CustomParser = result => Parse(result, Amounts.Share),
    };

    public static Option<double> Count(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result => Parse(result, Amounts.Count),
        Required = true,
    };

    public static Option<double> Factor(string name, string description) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => 1,
        CustomParser = result => Parse(result, Amounts.Count),
    };

    public int Connections(ParseResult arguments) => Math.Clamp(arguments.GetValue(_connections), 1, 10_000);

    public TimeSpan Timeout(ParseResult arguments) => arguments.GetValue(_timeout);

    public int Seed(ParseResult arguments) => arguments.GetValue(_seed);

    /// <summary>The running installation in the folder of <c>--data</c>, when it is the shop that is asked.</summary>
    public RunningInstallation? Installation(ParseResult arguments)
    {
        var running = Platform.Embedded.Installation.FindRunning(arguments.GetRequiredValue(host.Data).FullName);
        var url = arguments.GetValue(_url);
        var isNamed = arguments.GetResult(host.Data) is { Implicit: false };
        return running is not null && (url is null || isNamed || Same(url, new Uri(running.BaseUrl))) ? running : null;
    }

    public async Task<ShopAddress> Shop(ParseResult arguments, CancellationToken cancel)
    {
        var url = arguments.GetValue(_url) ?? (Installation(arguments) is { } running ? new Uri(running.BaseUrl) : null)
            ?? throw new CommandFailedException(ExitCode.Usage,
                "No shop runs in the installation's folder: name one with --url, or its folder with --data.");
        try
        {
            return await ShopAddress.Resolve(url, cancel);
        }
        catch (System.Net.Sockets.SocketException error)
        {
            throw new CommandFailedException(ExitCode.DependencyAway, $"Cannot find {url.Host}: {error.Message}", error);
        }
    }

    public async Task<Tokens> Tokens(ParseResult arguments, CancellationToken cancel)
    {
        var file = arguments.GetRequiredValue(_tokens);
        if (!file.Exists)
            throw new CommandFailedException(ExitCode.Usage,
                $"There is no {file.FullName}. Make the tokens with: doorbuster user tokens --count 100000 --out {file.Name}");
        return new Tokens(await File.ReadAllBytesAsync(file.FullName, cancel));
    }

    public Threshold[] Thresholds(
        ParseResult arguments, IReadOnlyCollection<string> times, IReadOnlyCollection<string> counts, IEnumerable<string> byDefault)
    {
        try
        {
            var given = arguments.GetValue(_thresholds) ?? [];
            return [.. (given.Length > 0 ? given : byDefault).Select(text => Threshold.Parse(text, times, counts))];
        }
        catch (FormatException error)
        {
            throw new CommandFailedException(ExitCode.Usage, error.Message, error);
        }
    }

    /// <summary>Writes the result where it was asked for; the exit code.</summary>
    public async Task<int> Finish(ParseResult arguments, LoadReport report, CancellationToken stop)
    {
        var output = new Output(arguments.GetValue(host.Json));
        output.Write(report, LoadJson.Default.LoadReport, TextReport.Lines(report));
        if (arguments.GetValue(_out) is { } json)
            await File.WriteAllTextAsync(
                json.FullName, System.Text.Json.JsonSerializer.Serialize(report, LoadJson.Default.LoadReport), CancellationToken.None);
        if (arguments.GetValue(_report) is { } page)
            await File.WriteAllTextAsync(page.FullName, HtmlReport.Page(report), CancellationToken.None);
        return stop.IsCancellationRequested ? ExitCode.Interrupted : report.Passed ? ExitCode.Ok : ExitCode.ThresholdFailed;
    }

    private static bool Same(Uri one, Uri other) =>
        one.Port == other.Port && (one.IsLoopback && other.IsLoopback || one.Host == other.Host);

    private static Uri? ReadUrl(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            throw new FormatException($"'{text}' is not an address such as http://127.0.0.1:8080.");
        return url.Scheme == "http" ? url : throw new FormatException(
            "The generator speaks plain HTTP: name the shop's own port, behind whatever ends TLS.");
    }

    private static T Parse<T>(ArgumentResult result, Func<string, T> read)
    {
        try
        {
            return read(result.Tokens[0].Value);
        }
        catch (FormatException error)
        {
            result.AddError(error.Message);
            return default!;
        }
    }
}
