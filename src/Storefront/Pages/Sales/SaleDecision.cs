namespace Doorbuster.Storefront.Pages.Sales;

/// <summary>
/// What the sale page says and offers, decided from what the server says and what is the person's own: for the first sight
/// and for browsers without scripts. <c>sale-states.js</c> decides the same where there is a script; one table tests both.
/// </summary>
internal static class SaleDecision
{
    public static readonly TimeSpan Opening = TimeSpan.FromSeconds(10);

    // The state says these itself, at once or within a second.
    private static readonly string[] ToldByState = ["sold_out", "not_open", "closed", "paused"];

    public static SaleSight Of(SaleFacts facts)
    {
        var (sale, ticket) = (facts.Sale, facts.Ticket);
        if (facts.HasFailed)
            return new("failed", "buy");
        var another = sale.Phase == "open" && sale.Limit != 1 ? "another" : null;
        switch (ticket?.Status)
        {
            case "queued": return new("queued", IsOff: true);
            case "confirmed": return new("confirmed", "pay", Until: ticket.PayBy, Timer: "pay", Second: another);
            case "kept": return new("paid", "order", Second: another);
        }
        switch (facts.Refusal)
        {
            case "account_blocked": return new("blocked", "help");
            case "limit_reached": return new("already_bought", "orders");
        }
        if (sale.Phase is "ended" or "paused")
            return new(sale.Phase, IsOff: true);
        if (ticket?.Status is "released" or "lost")
            return sale.Phase != "open" ? new SaleSight(ticket.Status, "watch") { Label = "sold_out" }
                : new SaleSight(ticket.Status, "buy") { Label = "again" };
        if (sale.Phase == "sold_out")
            return new("sold_out", "watch");
        if (sale.Phase == "open")
            return new("open", "buy", Until: sale.ClosesAt, Timer: sale.ClosesAt is null ? null : "closes")
            {
                IsNoted = facts.Refusal is { } refusal && !ToldByState.Contains(refusal),
            };
        return (sale.OpensAt - facts.Now) switch
        {
            var left when left <= Opening => new("opening", IsOff: true, Until: sale.OpensAt, Timer: "opens"),
            _ => new("announced", "remind", Until: sale.OpensAt, Timer: "opens"),
        };
    }
}

/// <param name="Refusal">The code of the answer to what the person just did, when it was no.</param>
/// <param name="HasFailed">The answer never came.</param>
internal sealed record SaleFacts(
    DateTimeOffset Now, SaleTerms Sale, TicketFacts? Ticket = null, string? Refusal = null, bool HasFailed = false);

internal sealed record SaleTerms(string Phase, DateTimeOffset OpensAt, DateTimeOffset? ClosesAt, int? Limit);

internal sealed record TicketFacts(string Status, DateTimeOffset? PayBy);

/// <param name="State">The row of the table.</param>
/// <param name="Action">What the button does.</param>
/// <param name="IsOff">The button says something, and does nothing.</param>
/// <param name="Until">What is counted down to.</param>
/// <param name="Timer">Which words say so.</param>
/// <param name="Second">Something else one may do.</param>
public sealed record SaleSight(
    string State, string Action = "none", bool IsOff = false, DateTimeOffset? Until = null, string? Timer = null,
    string? Second = null)
{
    /// <summary>The words of the line.</summary>
    public string Status { get; init; } = State;

    /// <summary>The words of the button.</summary>
    public string Label { get; init; } = State;

    /// <summary>The refusal must be told, as no state tells it.</summary>
    public bool IsNoted { get; init; }
}
