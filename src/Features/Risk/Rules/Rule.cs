namespace Doorbuster.Risk.Rules;

internal enum RuleKind
{
    /// <summary>So many people order to one address within the window.</summary>
    SharedAddress,

    /// <summary>So many orders of one person within the window.</summary>
    Speed,

    /// <summary>An order of so much money.</summary>
    Value,

    /// <summary>So many orders that the person paid within the window before this one.</summary>
    KnownBuyer,
}

internal enum RuleOutcome { Mark, Hold, Pass }

/// <summary>What to look for in orders, and what to do with one in which it is found.</summary>
/// <param name="Threshold">At least so many people, orders or minor units.</param>
internal sealed record Rule(
    long Id, string Name, RuleKind Kind, RuleOutcome Outcome, long Threshold, TimeSpan? Window, string? Currency,
    bool IsEnabled, int Version, DateTimeOffset ChangedAt, string ChangedBy)
{
    public const string IdPrefix = "rrl";
    public const int CountMax = 100;

    public static string NameOf(RuleKind kind) => kind switch
    {
        RuleKind.SharedAddress => "shared_address",
        RuleKind.Speed => "speed",
        RuleKind.Value => "value",
        RuleKind.KnownBuyer => "known_buyer",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such kind."),
    };

    public static string NameOf(RuleOutcome outcome) => outcome switch
    {
        RuleOutcome.Mark => "mark",
        RuleOutcome.Hold => "hold",
        RuleOutcome.Pass => "pass",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "No such outcome."),
    };

    public static RuleKind? KindNamed(string? name) =>
        Enum.GetValues<RuleKind>().Cast<RuleKind?>().FirstOrDefault(kind => NameOf(kind!.Value) == name);

    public static RuleOutcome? OutcomeNamed(string? name) =>
        Enum.GetValues<RuleOutcome>().Cast<RuleOutcome?>().FirstOrDefault(known => NameOf(known!.Value) == name);
}

/// <summary>A rule as it is wanted; checked as a whole, because which fields it has depends on its kind.</summary>
internal sealed record RuleDraft(
    string? Name, string? Kind, string? Outcome, long Threshold, long? WindowSeconds, string? Currency, bool IsEnabled)
{
    private const int NameMax = 80;

    private static readonly TimeSpan WindowMin = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan WindowMax = TimeSpan.FromDays(31);
    private static readonly TimeSpan MemoryMax = TimeSpan.FromDays(365);

    /// <summary>What is wrong with which field; empty when nothing is.</summary>
    public Dictionary<string, string[]> Check()
    {
        var wrong = new Dictionary<string, string[]>();
        if (string.IsNullOrWhiteSpace(Name) || Name.Length > NameMax || Name.Any(char.IsControl))
            wrong["name"] = [$"must have 1 to {NameMax} printable characters"];
        if (Rule.OutcomeNamed(Outcome) is null)
            wrong["outcome"] = ["must be \"mark\", \"hold\" or \"pass\""];
        if (Rule.KindNamed(Kind) is not { } kind)
        {
            wrong["kind"] = ["must be \"shared_address\", \"speed\", \"value\" or \"known_buyer\""];
            return wrong;
        }

        var max = ThresholdMax(kind);
        if (Threshold < 1 || Threshold > max)
            wrong["threshold"] = [$"must be from 1 to {max}"];
        if (kind == RuleKind.Value)
        {
            if (Currency is not { Length: 3 } || !Currency.All(char.IsAsciiLetterUpper))
                wrong["currency"] = ["must be the code of a currency, such as \"EUR\""];
            if (WindowSeconds is not null)
                wrong["windowSeconds"] = ["means nothing for \"value\""];
            return wrong;
        }
        if (Currency is not null)
            wrong["currency"] = ["means something for \"value\" only"];
        var longest = kind == RuleKind.KnownBuyer ? MemoryMax : WindowMax;
        if (WindowSeconds is not { } window || window < WindowMin.TotalSeconds || window > longest.TotalSeconds)
            wrong["windowSeconds"] = [$"must be from {WindowMin.TotalSeconds} to {longest.TotalSeconds}"];
        return wrong;
    }

    /// <summary>The rule that a checked draft describes.</summary>
    public Rule Make(long id, int version, DateTimeOffset now, string by) => new(
        id, Name!.Trim(), Rule.KindNamed(Kind)!.Value, Rule.OutcomeNamed(Outcome)!.Value, Threshold,
        WindowSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null, Currency, IsEnabled, version, now, by);

    // Counting stops at the threshold, and it is done for every order: the larger, the dearer.
    private static long ThresholdMax(RuleKind kind) => kind switch
    {
        RuleKind.SharedAddress => 500,
        RuleKind.Value => 1_000_000_000_000_000,
        _ => 1_000,
    };
}
