using System.Collections.Frozen;
using Doorbuster.Contracts.Orders;
using Doorbuster.Risk.Rules;

namespace Doorbuster.Risk.Cases;

internal enum CaseState : short
{
    /// <summary>A rule that lets pass overruled the others.</summary>
    Passed = 0,
    Marked = 1,

    /// <summary>Not shipped until somebody decides.</summary>
    Held = 2,
    Released = 3,
    Cancelled = 4,

    /// <summary>The order ended by itself before anybody decided.</summary>
    Closed = 5,
}

/// <summary>Why: the rule as it was then, and what was found.</summary>
internal sealed record Reason(long Rule, string Name, string Kind, string Outcome, long Value, long Threshold);

/// <summary>An order in which a rule found something, and what became of it.</summary>
internal sealed record Case(
    long Order, long? Person, string Kind, string Currency, long TotalMinor, DateTimeOffset PlacedAt, CaseState State,
    IReadOnlyList<Reason> Reasons, int Version, DateTimeOffset FoundAt, DateTimeOffset? DecidedAt, string? DecidedBy,
    string? Note)
{
    private static readonly FrozenDictionary<CaseState, CaseState[]> Next = new Dictionary<CaseState, CaseState[]>
    {
        [CaseState.Passed] = [CaseState.Released, CaseState.Cancelled],
        [CaseState.Marked] = [CaseState.Released, CaseState.Cancelled],
        [CaseState.Held] = [CaseState.Released, CaseState.Cancelled],
        [CaseState.Released] = [CaseState.Cancelled],
        [CaseState.Cancelled] = [],
        [CaseState.Closed] = [],
    }.ToFrozenDictionary();

    /// <summary>What the rules found, judged: a rule that lets pass overrules one that holds, which overrules one that
    /// marks. Null when none found anything.</summary>
    public static Case? Judge(OrderFact order, IReadOnlyList<Reason> found, DateTimeOffset now) => found.Count == 0
        ? null
        : new(
            order.Id, order.Person, order.Kind, order.Currency, order.TotalMinor, order.PlacedAt,
            found.Any(reason => reason.Outcome == Rule.NameOf(RuleOutcome.Pass)) ? CaseState.Passed
                : found.Any(reason => reason.Outcome == Rule.NameOf(RuleOutcome.Hold)) ? CaseState.Held
                : CaseState.Marked,
            found, 1, now, null, null, null);

    public bool May(CaseState to) => Next[State].Contains(to);

    /// <summary>Held, or on its way back: not to be shipped.</summary>
    public bool IsHeld => State is CaseState.Held or CaseState.Cancelled;

    public static string NameOf(CaseState state) => state switch
    {
        CaseState.Passed => "passed",
        CaseState.Marked => "marked",
        CaseState.Held => "held",
        CaseState.Released => "released",
        CaseState.Cancelled => "cancelled",
        CaseState.Closed => "closed",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "No such state."),
    };

    public static CaseState? StateNamed(string name) =>
        Enum.GetValues<CaseState>().Cast<CaseState?>().FirstOrDefault(state => NameOf(state!.Value) == name);
}
