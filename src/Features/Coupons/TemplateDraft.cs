using System.Text.RegularExpressions;

namespace Doorbuster.Coupons;

/// <summary>What somebody wants to give out, from the API, a file or the demonstration, before it is checked.</summary>
internal sealed partial record TemplateDraft
{
    public const long MinorMax = 100_000_000_000;
    public const long TotalMax = 1_000_000_000;
    private const int LimitMax = 1_000_000;
    private const int TitleMax = 100;
    private const int ScopeMax = 200;
    private static readonly TimeSpan AheadMax = TimeSpan.FromDays(366);
    private static readonly TimeSpan ValidMax = TimeSpan.FromDays(5 * 366);

    public required string Handle { get; init; }
    public required string Title { get; init; }
    public required ClaimBy? ClaimBy { get; init; }
    public required CouponTerms Terms { get; init; }
    public long? Total { get; init; }
    public int? LimitPerPerson { get; init; } = 1;
    public bool ReturnsOnRefund { get; init; }
    public TimeSpan? ValidFor { get; init; }
    public required DateTimeOffset OpensAt { get; init; }
    public DateTimeOffset? ClosesAt { get; init; }
    public DateTimeOffset? UsableUntil { get; init; }

    /// <summary>What is wrong, by field; empty when it can be offered.</summary>
    public Dictionary<string, string[]> Check(DateTimeOffset now)
    {
        var wrong = new Dictionary<string, string[]>();
        if (!HandleShape().IsMatch(Handle))
            wrong["handle"] = ["must be 3 to 40 capital letters, digits and dashes, such as WELCOME-10"];
        if (!IsTitle(Title))
            wrong["title"] = [$"must be 1 to {TitleMax} printable characters"];
        if (ClaimBy is null)
            wrong["claimBy"] = ["must be \"click\", \"code\" or \"codes\""];
        CheckTerms(wrong);
        if (Total is < 1 or > TotalMax)
            wrong["total"] = [$"must be from 1 to {TotalMax}, or left out for no limit"];
        if (LimitPerPerson is < 1 or > LimitMax)
            wrong["limitPerPerson"] = [$"must be from 1 to {LimitMax}"];
        if (ValidFor is { } valid && (valid < TimeSpan.FromSeconds(1) || valid > ValidMax))
            wrong["validSeconds"] = ["must be from 1 second to five years"];
        foreach (var (field, what) in CheckTimes(OpensAt, ClosesAt, UsableUntil, now))
            wrong[field] = [what];
        return wrong;
    }

    public static bool IsTitle(string title) =>
        !string.IsNullOrWhiteSpace(title) && title.Length <= TitleMax && !title.Any(char.IsControl);

    public static IEnumerable<(string Field, string What)> CheckTimes(
        DateTimeOffset opensAt, DateTimeOffset? closesAt, DateTimeOffset? usableUntil, DateTimeOffset now)
    {
        if (opensAt > now + AheadMax || opensAt < now - 10 * AheadMax)
            yield return ("opensAt", "must be within the next 366 days");
        if (closesAt <= opensAt || closesAt <= now)
            yield return ("closesAt", "must be after opensAt, and in the future");
        else if (closesAt > now + 5 * AheadMax)
            yield return ("closesAt", "must be within five years");
        if (usableUntil <= opensAt || usableUntil <= now)
            yield return ("usableUntil", "must be after opensAt, and in the future");
        else if (usableUntil > now + 10 * AheadMax)
            yield return ("usableUntil", "must be within ten years");
    }

    private void CheckTerms(Dictionary<string, string[]> wrong)
    {
        if ((Terms.PercentBasisPoints is null) == (Terms.AmountMinor is null))
            wrong["amount"] = ["give either amount or percentBasisPoints"];
        else if (Terms.PercentBasisPoints is < 1 or > 10_000)
            wrong["percentBasisPoints"] = ["must be from 1 to 10000, which is 100 %"];
        else if (Terms.AmountMinor is < 1 or > MinorMax)
            wrong["amount"] = [$"must be from 1 to {MinorMax} minor units"];
        if (Terms.CapMinor is < 1 or > MinorMax || Terms.CapMinor is not null && Terms.PercentBasisPoints is null)
            wrong["cap"] = [$"goes with a percentage, and must be from 1 to {MinorMax} minor units"];
        if (Terms.MinimumMinor is < 0 or > MinorMax)
            wrong["minimum"] = [$"must be from 0 to {MinorMax} minor units"];
        if (Terms.Currency is not { Length: 3 } || !Terms.Currency.All(char.IsAsciiLetterUpper))
            wrong["currency"] = ["must be an ISO 4217 code, such as GBP"];
        var values = Terms.ScopeValues;
        if (values.Count > ScopeMax || values.Any(value => string.IsNullOrWhiteSpace(value) || value.Length > 200)
            || values.Distinct(StringComparer.Ordinal).Count() < values.Count)
            wrong[Terms.Scope == CouponScope.Skus ? "skus" : "categories"] =
                [$"must be at most {ScopeMax} different names"];
    }

    [GeneratedRegex("^[A-Z0-9][A-Z0-9-]{1,38}[A-Z0-9]$")]
    private static partial Regex HandleShape();
}
