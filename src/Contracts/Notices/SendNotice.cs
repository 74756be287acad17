namespace Doorbuster.Contracts.Notices;

/// <summary>Tell a person something: in the mailbox of the shop, and by mail where one is set up.</summary>
public sealed record SendNotice
{
    /// <summary>What it is about, once: the same key again sends nothing. E.g. <c>order_paid:42</c>.</summary>
    public required string Key { get; init; }
    public required long Person { get; init; }

    /// <summary>Stable code of the kind of notice, e.g. <c>order_paid</c>.</summary>
    public required string Kind { get; init; }
    public required string Title { get; init; }
    public required string Text { get; init; }

    /// <summary>Path in the shop that shows what it is about; null when nothing does.</summary>
    public string? Path { get; init; }
}
