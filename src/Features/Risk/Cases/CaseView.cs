using Doorbuster.Platform;
using Doorbuster.Platform.Web;

namespace Doorbuster.Risk.Cases;

/// <param name="Value">What was counted, at least the threshold.</param>
internal sealed record ReasonView(
    string RuleId, string Name, string Kind, string Outcome, long Value, long Threshold);

/// <param name="State"><c>marked</c>, <c>held</c> (not shipped until somebody decides), <c>passed</c> (another rule
/// overruled), <c>released</c>, <c>cancelled</c>, or <c>closed</c> (the order ended by itself).</param>
/// <param name="PersonId">Null when the person asked to be forgotten.</param>
internal sealed record CaseView(
    string OrderId, string? PersonId, string State, MoneyView Total, DateTimeOffset PlacedAt,
    IReadOnlyList<ReasonView> Reasons, int Version, DateTimeOffset FoundAt, DateTimeOffset? DecidedAt,
    string? DecidedBy, string? Note)
{
    public static CaseView Of(Case found) => new(
        PublicId.Format("ord", found.Order), found.Person is { } person ? PublicId.Format("usr", person) : null,
        Case.NameOf(found.State), new(found.TotalMinor, found.Currency), found.PlacedAt,
        [.. found.Reasons.Select(reason => new ReasonView(
            PublicId.Format(Rules.Rule.IdPrefix, reason.Rule), reason.Name, reason.Kind, reason.Outcome, reason.Value,
            reason.Threshold))],
        found.Version, found.FoundAt, found.DecidedAt, found.DecidedBy, found.Note);
}

internal sealed record CasePage(IReadOnlyList<CaseView> Data, PageInfo Page);

/// <summary>What a person may know of it: that an order was looked at, and why.</summary>
internal sealed record OwnCase(
    string OrderId, string State, IReadOnlyList<string> Reasons, DateTimeOffset FoundAt, DateTimeOffset? DecidedAt);
