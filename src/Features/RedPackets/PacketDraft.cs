namespace Doorbuster.RedPackets;

/// <summary>What somebody wants to send, before it is checked.</summary>
internal sealed record PacketDraft(
    string Title, long AmountMinor, string Currency, int Parts, string Kind, DateTimeOffset OpensAt,
    DateTimeOffset ClosesAt)
{
    public const int PartsMaxOfPerson = 10_000;
    public const int PartsMaxOfHouse = 1_000_000;
    public static readonly TimeSpan LifeDefault = TimeSpan.FromHours(24);

    private const long MinorMax = 100_000_000_000;
    private const int TitleMax = 100;
    private static readonly TimeSpan AheadMax = TimeSpan.FromDays(366);
    private static readonly TimeSpan LifeMax = TimeSpan.FromDays(30);

    public bool IsLucky => Kind == "lucky";

    /// <summary>What is wrong, by field; empty when it can be sent.</summary>
    public Dictionary<string, string[]> Check(int partsMax, DateTimeOffset now)
    {
        var wrong = new Dictionary<string, string[]>();
        if (string.IsNullOrWhiteSpace(Title) || Title.Length > TitleMax || Title.Any(char.IsControl))
            wrong["title"] = [$"must be 1 to {TitleMax} printable characters"];
        if (Parts < 1 || Parts > partsMax)
            wrong["parts"] = [$"must be from 1 to {partsMax}"];
        if (AmountMinor < Math.Max(1, Parts) || AmountMinor > MinorMax)
            wrong["amount"] = [$"must be at least one minor unit a part, and at most {MinorMax}"];
        if (Currency is not { Length: 3 } || !Currency.All(char.IsAsciiLetterUpper))
            wrong["currency"] = ["must be an ISO 4217 code, such as GBP"];
        if (Kind is not ("lucky" or "equal"))
            wrong["kind"] = ["must be \"lucky\" or \"equal\""];
        if (OpensAt > now + AheadMax || OpensAt < now - AheadMax)
            wrong["opensAt"] = ["must be within the next 366 days"];
        if (ClosesAt <= OpensAt || ClosesAt <= now || ClosesAt > OpensAt + LifeMax)
            wrong["closesAt"] = ["must be in the future, and at most 30 days after opensAt"];
        return wrong;
    }
}
