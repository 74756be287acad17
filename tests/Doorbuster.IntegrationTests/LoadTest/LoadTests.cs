using System.Net.Http.Json;
using System.Text.Json;
using Doorbuster.Platform.Commands;
using Doorbuster.Platform.Embedded;

namespace Doorbuster.IntegrationTests.LoadTest;

/// <summary>A shop with 2,000 people who have sessions, for the tests of one class.</summary>
public sealed class ShopWithPeople : IAsyncLifetime
{
    public RunningShop Shop { get; private set; } = null!;
    public string Tokens => Path.Combine(Shop.Folder!, "tokens");

    public async ValueTask InitializeAsync()
    {
        Shop = await RunningShop.Up();
        var file = Path.Combine(Shop.Folder!, "goods.csv");
        await File.WriteAllTextAsync(file, "sku,title,price,stock\nMUG,A mug,9.99,40\n10001,A plate,2.50,1000\n");
        await Shop.Ask("catalog", "import", file);
        await Shop.Ask("user", "tokens", "--count", "2000", "--out", Tokens);
    }

    public async Task<string> OpenSale(int units)
    {
        var sale = await Shop.Ask("sale", "create", "--product", "MUG", "--units", $"{units}", "--limit", "1", "--price", "9.99", "--opens", "now");
        return sale.GetProperty("id").GetString()!;
    }

    public ValueTask DisposeAsync() => Shop.DisposeAsync();
}

public sealed class LoadTests(ShopWithPeople people) : IClassFixture<ShopWithPeople>
{
    private static readonly string[] MustBeNone =
        ["oversold", "lost", "duplicates", "over_limit", "drift", "unaccounted", "unseen", "unpaid_after_approval"];

    [Fact]
    public async Task A_rush_on_a_sale_ends_with_every_unit_counted()
    {
        var sale = await people.OpenSale(300);
        var (code, report) = await Load("sale", "--sale", sale, "--people", "1500", "--rate", "500", "--lose-replies", "2%");

        Assert.Equal(ExitCode.Ok, code);
        Right(report);
        Assert.Equal((1_500, 300), (Outcome(report, "people"), Outcome(report, "admitted")));
        Assert.Equal(1_200, Outcome(report, "sold_out"));
        Assert.True(Outcome(report, "replayed") > 0);
        Assert.Equal(Outcome(report, "paid"), report.GetProperty("correctness").GetProperty("sold").GetInt64());
        Assert.Equal(300, report.GetProperty("correctness").GetProperty("offered").GetInt64());
    }

    [Fact]
    public async Task The_ledger_of_a_shop_on_another_machine_is_counted_by_an_administrators_token()
    {
        var sale = await people.OpenSale(20);
        var admin = await people.Shop.Ask("user", "create-admin", "--email", "boss@example.test");
        using var browser = new HttpClient { BaseAddress = people.Shop.Client.BaseAddress };
        using var signedIn = await browser.PostAsJsonAsync("/api/v1/sessions", new
        {
            email = "boss@example.test",
            password = admin.GetProperty("password").GetString(),
        });
        var token = (await signedIn.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
        string[] rush =
        [
            "load", "sale", "--json", "--url", people.Shop.Client.BaseAddress!.ToString(), "--sale", sale, "--people", "60", "--rate",
            "120", "--tokens", people.Tokens, "--data", RunningShop.NewFolder(), "--admin-token",
        ];

        var (code, output, errors) = await RunningShop.Run([.. rush, token]);
        Assert.True(code == ExitCode.Ok, errors);
        var report = JsonDocument.Parse(output).RootElement;
        Right(report);
        Assert.Equal((20, 20), (
            Outcome(report, "admitted"), report.GetProperty("correctness").GetProperty("offered").GetInt64()));

        (code, _, errors) = await RunningShop.Run([.. rush, "forged"]);
        Assert.Equal(ExitCode.Forbidden, code);
        Assert.Contains("user create-admin", errors, StringComparison.Ordinal);
    }

    [Fact, Trait("kind", "fault"), Trait("length", "long")]
    public async Task The_gate_killed_in_the_middle_costs_time_but_no_unit_and_no_claim()
    {
        var sale = await people.OpenSale(400);
        var loading = Load("sale", "--sale", sale, "--people", "1800", "--rate", "300", "--payers", "20%", "--patience", "40s");
        await Eventually.IsTrue(async () => (await Audit(sale)).GetProperty("held").GetInt64() > 50, "The first claims are in.");
        Unix.Signal(people.Shop.Status.RedisGate.ProcessId, Unix.Kill);
        var (code, report) = await loading;

        Right(report);
        Assert.Equal((ExitCode.Ok, 400, 0), (code, Outcome(report, "admitted"), Outcome(report, "unanswered")));
        Assert.True((await Audit(sale)).GetProperty("clean").GetBoolean());
    }

    [Fact]
    public async Task Invoices_are_replayed_against_the_ordinary_stock()
    {
        var file = Path.Combine(people.Shop.Folder!, "invoices.csv");
        await File.WriteAllTextAsync(file, """
            InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
            1,10001,A PLATE,6,12-01-2010 08:26,2.55,17850,United Kingdom
            2,99999,NOT SOLD HERE,2,12-01-2010 08:26,2.55,17850,United Kingdom
            3,10001,A PLATE,2000,12-01-2010 08:27,2.00,,United Kingdom
            4,10001,A PLATE,3,12-01-2010 08:28,2.00,13047,United Kingdom
            C5,10001,A PLATE,-3,12-01-2010 08:29,2.00,13047,United Kingdom
            """);
        var (code, report) = await Load("replay", file, "--speed", "200");

        Assert.Equal(ExitCode.Ok, code);
        Assert.Equal((1, 1), (Outcome(report, "rejected: unknown_sku"), Outcome(report, "cancelled")));
        Assert.Equal(0, report.GetProperty("correctness").GetProperty("unclean_pools").GetInt64());

        // 2,000 plates are two orders, of which the stock of 1,000 does not have the second, and after others perhaps not the first.
        var accepted = Outcome(report, "accepted");
        Assert.Equal((5, 4 - accepted), (Outcome(report, "orders"), Outcome(report, "rejected: out_of_stock")));
        var units = report.GetProperty("correctness").GetProperty("units_sold").GetInt64();
        Assert.Equal(units * 250, report.GetProperty("correctness").GetProperty("revenue_of_the_shop_minor").GetInt64());
    }

    [Theory]
    [InlineData("-t", "overselled==0", "oversold")]
    [InlineData("--people", "3k", "doorbuster user tokens")]
    [InlineData("--tokens", "/nonexistent/tokens", "doorbuster user tokens")]
    [InlineData("--payers", "150%", "not a share")]
    [InlineData("--url", "https://shop.example", "plain HTTP")]
    public async Task Wrong_options_end_with_2_and_say_what_to_do(string option, string value, string says)
    {
        string[] options = ["--sale", "sal_0000000000000", "--people", "100", "--rate", "10", "--tokens", people.Tokens];
        var at = Array.IndexOf(options, option);
        if (at >= 0)
            options[at + 1] = value;
        else
            options = [.. options, option, value];
        var sale = await people.OpenSale(1);
        options[1] = sale;
        var (code, output, errors) = await RunningShop.Run(["load", "sale", "--data", people.Shop.Folder!, .. options]);
        Assert.Equal((ExitCode.Usage, ""), (code, output));
        Assert.Contains(says, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sale_that_does_not_exist_ends_with_3()
    {
        var (code, _, errors) = await RunningShop.Run(
            "load", "sale", "--data", people.Shop.Folder!, "--sale", "sal_0000000000001", "--people", "10", "--rate", "10", "--tokens", people.Tokens);
        Assert.Equal(ExitCode.NotFound, code);
        Assert.Contains("sale list", errors, StringComparison.Ordinal);
    }

    private Task<JsonElement> Audit(string sale) => people.Shop.Ask("sale", "audit", sale);

    private async Task<(int Code, JsonElement Report)> Load(string scenario, params string[] options)
    {
        var (code, output, errors) = await RunningShop.Run(
            ["load", scenario, "--json", "--data", people.Shop.Folder!, "--tokens", people.Tokens, .. options]);
        Assert.True(output.StartsWith('{'), errors);
        return (code, JsonDocument.Parse(output).RootElement.Clone());
    }

    private static long Outcome(JsonElement report, string name) =>
        report.GetProperty("outcome").TryGetProperty(name, out var count) ? count.GetInt64() : 0;

    private static void Right(JsonElement report)
    {
        var correctness = report.GetProperty("correctness");
        Assert.All(MustBeNone, name => Assert.True(correctness.GetProperty(name) is { ValueKind: JsonValueKind.Number } count && count.GetInt64() == 0,
            $"{name}: {correctness}\n{report.GetProperty("outcome")}\n{report.GetProperty("answers")}\n{report.GetProperty("notes")}"));
    }
}
