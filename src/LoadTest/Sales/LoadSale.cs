using System.CommandLine;
using System.Net;
using System.Text.Json;
using Doorbuster.LoadTest.Http;
using Doorbuster.Platform;
using Doorbuster.Platform.Commands;

namespace Doorbuster.LoadTest.Sales;

/// <summary><c>doorbuster load sale</c>: many people come to one sale.</summary>
internal sealed class LoadSale
{
    private static readonly string[] Times =
    [
        SaleTally.Claim, SaleTally.Sure, SaleTally.Away, SaleTally.State, SaleTally.Ticket, SaleTally.Pay, SaleTally.Approve, SaleTally.LookUp,
    ];
    private static readonly string[] Counts =
    [
        "people", .. SaleCodes.Outcomes.Select(o => o.Name), "replayed", "queued", "queued_admitted", "retries", "errors", "limit_tests",
        "limit_tests_refused", "paid", "payments_refused", "payments_unanswered", "connects", "dropped", "late", .. SaleAudit.Names,
    ];
    private static readonly string[] AlwaysRight = ["lost==0", "duplicates==0", "over_limit==0", "unpaid_after_approval==0"];
    private static readonly string[] RightInTheLedger = ["oversold==0", "drift==0", "unaccounted==0", "unseen==0"];

    private readonly Option<string> _sale = new("--sale") { Description = "The sale's id, sal_….", Required = true };
    private readonly Option<double> _people = LoadOptions.Count("--people", "How many people come, such as 100000 or 100k.");
    private readonly Option<double> _rate = LoadOptions.Count("--rate", "How many arrive each second.");
    private readonly Option<TimeSpan> _ramp = LoadOptions.Duration("--ramp", "How long the rate takes to climb from 0.", "0s");
    private readonly Option<TimeSpan?> _for = new("--for")
    {
        Description = "Nobody arrives after this; without it, until all people have.",
        CustomParser = result =>
        {
            try
            {
                return Amounts.Duration(result.Tokens[0].Value);
            }
            catch (FormatException error)
            {
                result.AddError(error.Message);
                return null;
            }
        },
    };
    private readonly Option<bool> _constant = new("--constant") { Description = "Arrivals evenly spaced instead of random (Poisson)." };
    private readonly Option<TimeSpan> _patience = LoadOptions.Duration("--patience", "How long a person repeats their key without a clear answer.", "60s");
    private readonly Option<TimeSpan> _payWithin = LoadOptions.Duration("--pay-within", "Longest pause before paying.", "3s");
    private readonly Option<double> _doubleClickers = LoadOptions.Share("--double-clickers", "People who send the same key twice at once.", "5%");
    private readonly Option<double> _limitTesters = LoadOptions.Share("--limit-testers", "Buyers who try for more than the limit.", "5%");
    private readonly Option<double> _payers = LoadOptions.Share("--payers", "Buyers who pay.", "70%");
    private readonly Option<double> _readers = LoadOptions.Share("--state-readers", "People who read the sale's state first.", "10%");
    private readonly Option<double> _lose = LoadOptions.Share("--lose-replies", "Claims whose connection breaks before the answer.", "0%");
    private readonly Option<double> _lookUps = LoadOptions.Share("--look-up", "Orders looked up afterwards; less than all proves less.", "100%");
    private readonly Option<TimeSpan> _quiet = LoadOptions.Duration("--quiet-within", "How long orders and ledger may take to come to rest.", "15s");
    private readonly Option<string?> _adminToken = new("--admin-token") { Description = "Counts the ledger of a shop on another machine." };

    public static Command Build(CommandHost host)
    {
        var (sale, options) = (new LoadSale(), new LoadOptions(host));
        var command = new Command("sale", "People arrive at a sale at a rate, whatever the server does; then every unit is counted.")
        {
            sale._sale, sale._people, sale._rate, sale._ramp, sale._for, sale._constant, sale._patience, sale._payWithin, sale._doubleClickers,
            sale._limitTesters, sale._payers, sale._readers, sale._lose, sale._lookUps, sale._quiet, sale._adminToken,
        };
        foreach (var option in options.All)
            command.Options.Add(option);
        command.SetAction((arguments, stop) => sale.Run(host, options, arguments, stop));
        return command;
    }

    private async Task<int> Run(CommandHost host, LoadOptions options, ParseResult arguments, CancellationToken stop)
    {
        var sale = Read(options, arguments);
        if (!PublicId.TryParse("sal", sale.Sale, out var pool))
            throw new CommandFailedException(ExitCode.Usage, $"'{sale.Sale}' is not a sale's id. List them with: doorbuster sale list");

        var server = await options.Shop(arguments, stop);
        var tokens = await options.Tokens(arguments, stop);
        if (tokens.Count < sale.People)
            throw new CommandFailedException(ExitCode.Usage,
                $"{sale.People:N0} people need as many tokens, and there are {tokens.Count:N0}. "
                + $"Make more with: doorbuster user tokens --count {sale.People} --out FILE");

        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        var limit = await LimitOf(http, server, sale.Sale, stop);
        var ledger = LedgerOf(host, options, arguments, http, server, sale.Sale, pool);
        var thresholds = options.Thresholds(
            arguments, Times, Counts, ledger is null ? AlwaysRight : [.. AlwaysRight, .. RightInTheLedger]);

        await Console.Error.WriteLineAsync(
            $"open model · seed {sale.Seed} · {sale.People:N0} people at {sale.RatePerSecond:N0}/s · "
            + "latency measured from the intended send time");
        var run = new SaleRun(
            sale, server, tokens, ledger, thresholds, Console.Error, !Console.IsErrorRedirected, TimeProvider.System)
        {
            LimitPerPerson = limit,
        };
        return await options.Finish(arguments, await run.Run(stop, CancellationToken.None), stop);
    }

    private SaleOptions Read(LoadOptions options, ParseResult arguments) => new()
    {
        Sale = arguments.GetRequiredValue(_sale),
        People = (int)arguments.GetValue(_people),
        RatePerSecond = arguments.GetValue(_rate),
        Ramp = arguments.GetValue(_ramp),
        For = arguments.GetValue(_for),
        Poisson = !arguments.GetValue(_constant),
        Patience = arguments.GetValue(_patience),
        PayWithin = arguments.GetValue(_payWithin),
        DoubleClickers = arguments.GetValue(_doubleClickers),
        LimitTesters = arguments.GetValue(_limitTesters),
        Payers = arguments.GetValue(_payers),
        StateReaders = arguments.GetValue(_readers),
        LostReplies = arguments.GetValue(_lose),
        LookUps = arguments.GetValue(_lookUps),
        Quiet = arguments.GetValue(_quiet),
        Connections = options.Connections(arguments),
        Timeout = options.Timeout(arguments),
        Seed = options.Seed(arguments),
    };

    private ILedger? LedgerOf(
        CommandHost host, LoadOptions options, ParseResult arguments, HttpClient http, ShopAddress server, string sale, long pool) =>
        arguments.GetValue(_adminToken) is { } token ? new AdminLedger(http, server.Root, token, sale)
        : options.Installation(arguments) is not null ? new InstallationLedger(host, arguments, pool)
        : null;

    private static async Task<int> LimitOf(HttpClient http, ShopAddress server, string sale, CancellationToken cancel)
    {
        try
        {
            using var response = await http.GetAsync(new Uri(server.Root, $"api/v1/sales/{sale}/state"), cancel);
            if (response.StatusCode == HttpStatusCode.NotFound)
                throw new CommandFailedException(
                    ExitCode.NotFound, $"There is no sale {sale} at {server.Url}. List them with: doorbuster sale list");
            response.EnsureSuccessStatusCode();
            using var state = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancel));
            return state.RootElement.TryGetProperty("limitPerPerson", out var limit) && limit.ValueKind == JsonValueKind.Number
                ? limit.GetInt32()
                : int.MaxValue;
        }
        catch (HttpRequestException error)
        {
            throw new CommandFailedException(ExitCode.DependencyAway, $"No shop answers at {server.Url}: {error.Message}", error);
        }
    }
}
