using System.Text;
using System.Text.Json;
using Doorbuster.LoadTest.Http;
using Doorbuster.LoadTest.Report;
using Doorbuster.LoadTest.Sales;

namespace Doorbuster.Tests.LoadTest;

public sealed class SaleRunTests
{
    private static readonly SaleOptions Options = new()
    {
        Sale = FakeShop.Sale,
        People = 600,
        RatePerSecond = 2_000,
        Connections = 32,
        DoubleClickers = 0.2,
        LimitTesters = 0.2,
        Timeout = TimeSpan.FromSeconds(5),
        Patience = TimeSpan.FromSeconds(10),
        PayWithin = TimeSpan.FromMilliseconds(100),
        Quiet = TimeSpan.FromMilliseconds(600),
    };

    [Fact]
    public async Task An_honest_shop_is_found_right_and_everybody_gets_a_clear_answer()
    {
        var report = await Run(Fault.None);

        Assert.Equal(600, report.Outcome["people"]);
        Assert.Equal(200, report.Outcome["admitted"]);
        Assert.Equal(400, report.Outcome["sold_out"]);
        Assert.True(report.Outcome["replayed"] > 0, "Some clicked twice.");
        Assert.Equal(report.Outcome["limit_tests"], report.Outcome["limit_tests_refused"]);
        Assert.InRange(report.Outcome["paid"], 100, 180);
        Assert.Equal(report.Outcome["paid"], report.Correctness["sold"]);
        Assert.Equal((200, 200, 0), (report.Correctness["offered"], report.Correctness["live"], report.Correctness["free"]));
        Wrong(report);
    }

    [Fact]
    public async Task Overselling_is_found() => Wrong(await Run(Fault.Oversells), "oversold", "unaccounted");

    [Fact]
    public async Task A_claim_that_was_promised_and_is_gone_is_found()
    {
        var report = await Run(Fault.LosesClaims);
        Wrong(report, "lost", "drift", "unaccounted");
        Assert.Equal(10, report.Correctness["lost"]);
        Assert.Contains(report.Notes, note => note.StartsWith("Lost: ord_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_click_that_buys_twice_is_found() => Wrong(await Run(Fault.AnswersTwice), "duplicates", "over_limit");

    [Fact]
    public async Task People_over_the_limit_are_found() =>
        Wrong(await Run(Fault.ForgetsLimit, Options with { People = 150 }), "over_limit");    // nobody comes too late to try

    [Fact]
    public async Task Money_taken_for_an_order_that_stays_unpaid_is_found() => Wrong(await Run(Fault.ForgetsPayments), "unpaid_after_approval");

    [Fact]
    public async Task Units_that_vanish_are_found() => Wrong(await Run(Fault.Leaks), "drift", "unaccounted");

    [Fact]
    public async Task People_who_are_told_to_come_back_do_and_lose_nothing()
    {
        var report = await Run(Fault.Hiccups);
        Wrong(report);
        Assert.True(report.Answers["503 store_away"] > 5);
        Assert.True(report.Outcome["retries"] > 5);
        Assert.Equal((200, 0), (report.Outcome["admitted"], report.Outcome["unanswered"]));
    }

    [Fact]
    public async Task People_whose_connection_breaks_find_their_claim_under_the_same_key()
    {
        var report = await Run(Fault.DropsConnections, Options with { LostReplies = 0.1 });
        Wrong(report);
        Assert.True(report.Answers["we hung up"] > 10);
        Assert.True(report.Answers["connection closed"] > 5);
        Assert.Equal((200, 0), (report.Outcome["admitted"], report.Outcome["unanswered"]));
    }

    [Fact]
    public async Task A_ticket_is_followed_to_its_claim()
    {
        var report = await Run(Fault.Queues, Options with { DoubleClickers = 0 });
        Wrong(report);
        Assert.Equal((200, 200), (report.Outcome["queued"], report.Outcome["queued_admitted"]));
    }

    [Fact]
    public async Task Without_a_ledger_the_result_says_what_it_does_not_know()
    {
        await using var shop = await FakeShop.Open(Fault.None);
        var thresholds = new[] { Threshold.Parse("oversold==0", [], ["oversold"]) };
        var report = await new SaleRun(
            Options with { People = 20 }, shop.Address, Tokens(20), ledger: null, thresholds, TextWriter.Null, false, TimeProvider.System)
            .Run(CancellationToken.None, CancellationToken.None);

        Assert.False(report.Passed);
        Assert.Equal("not measured", report.Thresholds[0].Note);
        Assert.Contains(report.Notes, note => note.Contains("--data", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_shop_that_is_not_there_leaves_everybody_unanswered_and_nothing_lost()
    {
        await using var shop = await FakeShop.Open(Fault.None);
        var server = shop.Address;
        await shop.DisposeAsync();
        var report = await new SaleRun(
            Options with { People = 50, Patience = TimeSpan.FromMilliseconds(300) }, server, Tokens(50), null, [], TextWriter.Null, false,
            TimeProvider.System).Run(CancellationToken.None, CancellationToken.None);

        Assert.Equal(50, report.Outcome["unanswered"]);
        Assert.True(report.Answers["no connection"] > 50);
    }

    [Fact]
    public async Task An_interrupted_run_still_reports()
    {
        await using var shop = await FakeShop.Open(Fault.None);
        using var stop = new CancellationTokenSource();
        var running = new SaleRun(
            Options with { People = 100_000, RatePerSecond = 500 }, shop.Address, Tokens(100_000), shop, [], TextWriter.Null, false,
            TimeProvider.System).Run(stop.Token, CancellationToken.None);
        await stop.CancelAsync();
        var report = await running;
        Assert.InRange(report.Outcome["people"], 1, 5_000);
        Assert.Equal(0, report.Correctness["lost"]);
    }

    [Fact]
    public async Task The_result_is_one_json_document_and_one_page_without_outside_parts()
    {
        var report = await Run(Fault.None);
        var json = JsonSerializer.Serialize(report, LoadJson.Default.LoadReport);
        using var document = JsonDocument.Parse(json);
        Assert.Equal(200, document.RootElement.GetProperty("outcome").GetProperty("admitted").GetInt32());

        var page = HtmlReport.Page(report);
        Assert.Contains("<svg", page, StringComparison.Ordinal);
        Assert.Contains("<table", page, StringComparison.Ordinal);
        Assert.DoesNotContain("src=", page, StringComparison.Ordinal);
        Assert.DoesNotContain("href=", page, StringComparison.Ordinal);
        Assert.Contains("admitted", string.Join('\n', TextReport.Lines(report)), StringComparison.Ordinal);
    }

    private static async Task<LoadReport> Run(Fault fault, SaleOptions? options = null)
    {
        options ??= Options;
        await using var shop = await FakeShop.Open(fault);
        return await new SaleRun(
            options, shop.Address, Tokens(options.People), shop, [], TextWriter.Null, progressRewrites: false, TimeProvider.System)
            .Run(CancellationToken.None, CancellationToken.None);
    }

    /// <summary>Exactly these must be other than 0, of all that must be 0.</summary>
    private static void Wrong(LoadReport report, params string[] expected)
    {
        string[] mustBeNone = ["oversold", "lost", "duplicates", "over_limit", "drift", "unaccounted", "unseen", "unpaid_after_approval"];
        Assert.Equal(expected.Order(), mustBeNone.Where(name => report.Correctness[name] != 0).Order());
    }

    private static Tokens Tokens(int count) =>
        new(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, count).Select(i => $"token-{i}\n"))));
}
