using System.Text.Json;
using Doorbuster.Storefront.Api;
using Doorbuster.Storefront.Languages;
using Doorbuster.Storefront.Pages.Sales;

namespace Doorbuster.Tests.Storefront;

/// <summary>The server's decision against the table that the script is tested by too.</summary>
public sealed class SaleDecisionTests
{
    private static readonly DateTimeOffset Opening = new(2026, 11, 20, 20, 0, 0, TimeSpan.Zero);
    private static readonly Lazy<Dictionary<string, JsonElement>> Rows = new(() => Read().ToDictionary(
        row => row.GetProperty("name").GetString()!));

    public static TheoryData<string> OfServer =>
        [.. Rows.Value.Where(row => !row.Value.TryGetProperty("isOfScript", out _)).Select(row => row.Key)];

    [Theory, MemberData(nameof(OfServer))]
    public void The_page_says_what_the_table_says(string name)
    {
        var row = Rows.Value[name];
        var (facts, state) = (row.GetProperty("facts"), Text(row, "state")!);
        var sight = SaleDecision.Of(new(
            At(facts, "now")!.Value, Terms(facts),
            Part(facts, "ticket") is { } ticket ? new(Text(ticket, "status")!, At(ticket, "payBy")) : null,
            Text(facts, "refusal"), Part(facts, "intent") is not null));

        Assert.Equal(
            new SaleSight(
                state, Text(row, "action") ?? "none", row.TryGetProperty("isOff", out _), At(row, "until"), Text(row, "timer"),
                Text(row, "second"))
            {
                Status = Text(row, "status") ?? state,
                Label = Text(row, "label") ?? state,
                IsNoted = row.TryGetProperty("isNoted", out _),
            }, sight);
    }

    [Fact]
    public void There_are_words_for_all_that_is_decided() => Assert.All(Rows.Value.Values, row =>
    {
        foreach (var language in Language.All)
        {
            Assert.NotNull(Words.In(language).Find($"sale.status.{Text(row, "status") ?? Text(row, "state")}"));
            Assert.NotNull(Words.In(language).Find($"sale.button.{Text(row, "label") ?? Text(row, "state")}"));
        }
    });

    [Fact]
    public void A_reminder_is_a_calendar_entry_of_lines_that_are_not_too_long()
    {
        var title = string.Concat(Enumerable.Repeat("夜光杯, ", 20)) + "a;b";
        var sale = new ApiSale(
            "sal_1", "MUG", title, new(999, "GBP"), 1, 900, Opening, null, "announced", "plenty", 1);
        var lines = SaleReminder.Write(sale, Words.In(Language.Chinese), "https://shop.example/zh/sales/sal_1", Opening.AddDays(-1)).Split("\r\n");

        Assert.Contains("DTSTART:20261120T200000Z", lines);
        Assert.All(lines, line => Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(line), 0, 75));
        Assert.Contains("夜光杯\\, ", string.Concat(lines), StringComparison.Ordinal);
        Assert.Contains("a\\;b", string.Join("", lines).Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private static SaleTerms Terms(JsonElement facts)
    {
        var sale = Part(facts, "sale") ?? default;
        var hasSale = sale.ValueKind == JsonValueKind.Object;
        return new(
            hasSale && Text(sale, "phase") is { } phase ? phase : "announced", Opening,
            hasSale && sale.TryGetProperty("closesAt", out var end) && end.ValueKind == JsonValueKind.Null
                ? null : Opening.AddHours(1),
            hasSale && sale.TryGetProperty("limit", out var limit) ? limit.GetInt32() : 1);
    }

    private static JsonElement? Part(JsonElement of, string name) => of.TryGetProperty(name, out var part) ? part : null;

    private static string? Text(JsonElement of, string name) => Part(of, name)?.GetString();

    // In the table times are seconds from the opening.
    private static DateTimeOffset? At(JsonElement of, string name) =>
        Part(of, name) is { } seconds ? Opening.AddSeconds(seconds.GetDouble()) : null;

    private static List<JsonElement> Read()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Doorbuster.slnx")))
            folder = folder.Parent!;
        var table = File.ReadAllText(Path.Combine(folder.FullName, "tests", "cases", "sale-states.json"));
        return [.. JsonDocument.Parse(table).RootElement.EnumerateArray()];
    }
}
