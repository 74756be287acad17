using Doorbuster.Platform;

namespace Doorbuster.Risk.Rules;

/// <param name="Kind"><c>shared_address</c> (people who order to one address), <c>speed</c> (orders of one person),
/// <c>value</c> (of an order) or <c>known_buyer</c> (orders the person paid before).</param>
/// <param name="Outcome"><c>hold</c> keeps the order from being shipped, <c>mark</c> only shows it, <c>pass</c> overrules
/// both.</param>
/// <param name="Threshold">At least so many people, orders or minor units.</param>
internal sealed record RuleView(
    string Id, string Name, string Kind, string Outcome, long Threshold, long? WindowSeconds, string? Currency,
    bool Enabled, int Version, DateTimeOffset ChangedAt, string ChangedBy)
{
    public static RuleView Of(Rule rule) => new(
        PublicId.Format(Rule.IdPrefix, rule.Id), rule.Name, Rule.NameOf(rule.Kind), Rule.NameOf(rule.Outcome),
        rule.Threshold, rule.Window is { } window ? (long)window.TotalSeconds : null, rule.Currency, rule.IsEnabled,
        rule.Version, rule.ChangedAt, rule.ChangedBy);
}

internal sealed record RuleList(IReadOnlyList<RuleView> Data);
