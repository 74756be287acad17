namespace Doorbuster.Contracts.Audit;

/// <summary>Somebody who runs the shop did something in another database than the main one, where the audit log is.</summary>
public sealed record AuditNoted
{
    public required DateTimeOffset At { get; init; }

    /// <summary><c>usr_…</c>, or <c>local:name@machine</c>.</summary>
    public required string Actor { get; init; }

    /// <summary><c>http</c> or <c>command</c>.</summary>
    public required string Source { get; init; }

    public string? Address { get; init; }

    /// <summary>The <c>X-Request-Id</c>, or the command.</summary>
    public string? Request { get; init; }

    /// <summary>Such as <c>order.ship</c>.</summary>
    public required string Action { get; init; }

    public required string Subject { get; init; }

    /// <summary>JSON of what is otherwise.</summary>
    public string? Before { get; init; }

    public string? After { get; init; }
}
