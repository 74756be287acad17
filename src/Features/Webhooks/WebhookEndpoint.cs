namespace Doorbuster.Webhooks;

/// <summary>Where a merchant wants to be told, and of what.</summary>
internal sealed record WebhookEndpoint
{
    public const string PublicPrefix = "whe";
    public const string ByAdmin = "by_admin";
    public const string Failing = "failing";
    public const string Gone = "gone";

    public required long Id { get; init; }
    public required Uri Url { get; init; }
    public required string Description { get; init; }
    public required IReadOnlyList<string> Events { get; init; }
    public required string Secret { get; init; }

    /// <summary>The secret before, which signs too until <see cref="OldSecretUntil"/>.</summary>
    public string? OldSecret { get; init; }
    public DateTimeOffset? OldSecretUntil { get; init; }
    public required bool IsEnabled { get; init; }
    public string? DisabledBecause { get; init; }
    public DateTimeOffset? FailingSince { get; init; }
    public required int Version { get; init; }
    public required DateTimeOffset MadeAt { get; init; }

    public bool Wants(string type) => Events.Any(pattern => EventTypes.Matches(pattern, type));

    public IEnumerable<string> SecretsAt(DateTimeOffset now) =>
        OldSecret is { } old && now < OldSecretUntil ? [Secret, old] : [Secret];
}

/// <summary>What can be told of.</summary>
internal static class EventTypes
{
    public const string Everything = "*";
    public const string PaymentCaptured = "payment.captured";
    public const string PaymentRefunded = "payment.refunded";
    public const string PartlyRefunded = "order.partly_refunded";
    public const string Test = "webhook.test";

    private const string AnyEnd = ".*";

    public static readonly string[] All =
    [
        "order.placed", "order.paid", "order.cancelled", "order.shipped", "order.completed", "order.returning",
        "order.returned", "order.return_declined", "order.refunding", "order.refunded", PartlyRefunded, PaymentCaptured,
        PaymentRefunded,
    ];

    /// <summary>One of <see cref="All"/>, all of a kind (<c>order.*</c>), or <c>*</c>.</summary>
    public static bool IsPattern(string text) =>
        text is Everything or "order.*" or "payment.*" || All.Contains(text, StringComparer.Ordinal);

    // A test is for the endpoint it was asked for, whatever that wants.
    public static bool Matches(string pattern, string type) => pattern == Everything || pattern == type
        || (pattern.EndsWith(AnyEnd, StringComparison.Ordinal)
            && type.StartsWith(pattern[..^1], StringComparison.Ordinal));
}

/// <summary>When a delivery that failed is tried again: the waits that Standard Webhooks recommend, about three days in
/// all.</summary>
internal static class Retries
{
    public const int AttemptsMax = 10;

    private static readonly TimeSpan[] Waits =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2),
        TimeSpan.FromHours(5), TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20),
        TimeSpan.FromHours(24),
    ];

    /// <summary>Null when it is given up.</summary>
    /// <param name="attempts">Made so far.</param>
    /// <param name="chance">0 to 1: spreads what failed together.</param>
    public static TimeSpan? After(int attempts, double chance) =>
        attempts >= AttemptsMax ? null : Waits[Math.Clamp(attempts, 1, Waits.Length) - 1] * (0.9 + 0.2 * chance);
}
