using Doorbuster.Contracts.Orders;
using Doorbuster.Risk.Cases;
using Doorbuster.Risk.Rules;

namespace Doorbuster.Tests.Risk;

public sealed class RuleTests
{
    private static readonly RuleDraft Speed = new("Too fast", "speed", "hold", 3, 3_600, null, true);
    private static readonly RuleDraft Value = new("Too much", "value", "mark", 100_000, null, "EUR", true);

    [Fact]
    public void Good_rules_have_nothing_wrong()
    {
        Assert.Empty(Speed.Check());
        Assert.Empty(Value.Check());
        Assert.Empty((Speed with { Kind = "shared_address" }).Check());
        Assert.Empty((Speed with { Kind = "known_buyer", Outcome = "pass", WindowSeconds = 365 * 86_400 }).Check());
    }

    [Theory]
    [InlineData("name", null)]
    [InlineData("name", " ")]
    [InlineData("name", "a\u0007")]
    [InlineData("kind", "colour")]
    [InlineData("kind", null)]
    [InlineData("outcome", "shoot")]
    [InlineData("threshold", "0")]
    [InlineData("threshold", "1001")]
    [InlineData("threshold", "-9223372036854775808")]
    [InlineData("windowSeconds", null)]
    [InlineData("windowSeconds", "59")]
    [InlineData("windowSeconds", "2678401")]
    [InlineData("windowSeconds", "9223372036854775807")]
    [InlineData("currency", "EUR")]
    public void What_is_wrong_is_said_of_its_field(string field, string? value)
    {
        var draft = field switch
        {
            "name" => Speed with { Name = value },
            "kind" => Speed with { Kind = value },
            "outcome" => Speed with { Outcome = value },
            "threshold" => Speed with { Threshold = long.Parse(value!, null) },
            "windowSeconds" => Speed with { WindowSeconds = value is null ? null : long.Parse(value, null) },
            _ => Speed with { Currency = value },
        };
        Assert.Equal(field, Assert.Single(draft.Check()).Key);
    }

    [Theory]
    [InlineData(null, null, "currency")]
    [InlineData("eur", null, "currency")]
    [InlineData("EURO", null, "currency")]
    [InlineData("EUR", 3_600L, "windowSeconds")]
    public void A_value_has_a_currency_and_no_window(string? currency, long? window, string field) =>
        Assert.Equal(field, Assert.Single((Value with { Currency = currency, WindowSeconds = window }).Check()).Key);

    [Theory]
    [InlineData("", null)]
    [InlineData("mark", "marked")]
    [InlineData("mark hold mark", "held")]
    [InlineData("hold pass", "passed")]
    [InlineData("mark pass mark", "passed")]
    public void Who_may_pass_is_not_held_and_who_is_held_is_not_only_marked(string outcomes, string? state)
    {
        var order = new OrderFact(1, 2, "stock", "EUR", 100, [], DateTimeOffset.UnixEpoch);
        var reasons = outcomes.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(outcome => new Reason(1, "A rule", "speed", outcome, 3, 3)).ToList();
        var judged = Case.Judge(order, reasons, DateTimeOffset.UnixEpoch);
        Assert.Equal(state, judged is null ? null : Case.NameOf(judged.State));
    }
}
