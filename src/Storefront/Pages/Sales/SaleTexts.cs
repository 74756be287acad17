using System.Text;
using System.Text.Json;
using Doorbuster.Storefront.Languages;
using Doorbuster.Storefront.Rendering;
using Microsoft.AspNetCore.Components;

namespace Doorbuster.Storefront.Pages.Sales;

/// <summary>The words of what was decided, and what the page's script needs to go on from there.</summary>
internal sealed class SaleTexts(SaleModel model, SaleSight sight, PageContext page)
{
    private const string Prefix = "sale.";

    private readonly Words _words = page.Words;

    public string Button => Fill($"sale.button.{sight.Label}");

    public string Status => sight.Status switch
    {
        "sold_out" => Fill(model.State.SoldOut is null ? "sale.status.sold_out" : "sale.status.sold_out_told") + " "
            + Fill(model.State.SoldOut?.UnpaidUntil > page.Now ? "sale.unpaid" : "sale.unpaid_soon"),
        "ended" => Fill(model.State.ClosesAt <= page.Now ? "sale.status.ended" : "sale.status.ended_open"),
        var status => Fill($"sale.status.{status}"),
    };

    /// <summary>Why not, where the state does not say it.</summary>
    public string Note => model.Own.Refusal is { } refusal ? _words.Of(refusal) : _words["problems.refused"];

    /// <summary>Where the button leads by itself; null: it buys.</summary>
    public string? Path => PathOf(sight.Action);

    public string BuyPath => Link(
        $"/sales/{model.Sale.Id}/buy?key={Uri.EscapeDataString(model.Own.Key ?? $"page-{page.Now:yyyyMMddHHmmss}")}");

    /// <summary>A block that no browser runs, so the policy allows it.</summary>
    public MarkupString Facts()
    {
        using var buffer = new MemoryStream();
        // Its encoder leaves no '<' as it is, so that nothing in a text can end the block.
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id", model.Sale.Id);
            json.WriteString("price", Price);
            json.WritePropertyName("state");
            JsonSerializer.Serialize(json, model.State, SaleJson.Default.ApiSaleState);
            WriteTicket(json);
            json.WriteString("refusal", model.Own.Refusal is { Code: "limit_reached" or "sold_out" } refusal ? refusal.Code : null);
            json.WriteStartObject("links");
            foreach (var action in (ReadOnlySpan<string>)["remind", "orders", "help"])
                json.WriteString(action, PathOf(action));
            json.WriteString("order", Link("/orders/"));
            json.WriteString("signIn", Link($"/sign-in?next={Uri.EscapeDataString($"/sales/{model.Sale.Id}")}"));
            json.WriteEndObject();
            json.WriteStartObject("words");
            foreach (var key in _words.Keys.Where(key => key.StartsWith(Prefix, StringComparison.Ordinal)))
                json.WriteString(key[Prefix.Length..], _words[key]);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return new($"<script type=\"application/json\" data-sale-facts>{Encoding.UTF8.GetString(buffer.ToArray())}</script>");
    }

    private string Price => Format.Money(model.Sale.Price.Amount, model.Sale.Price.Currency, page.Language);

    private void WriteTicket(Utf8JsonWriter json)
    {
        if (model.Own.Ticket is not { } ticket)
            return;
        json.WriteStartObject("ticket");
        json.WriteString("id", ticket.Ticket);
        json.WriteString("order", ticket.OrderId);
        json.WriteString("status", ticket.Status);
        if (ticket.Claim?.PayBy is { } payBy)
            json.WriteString("payBy", payBy);
        json.WriteEndObject();
    }

    private string? PathOf(string action) => action switch
    {
        "buy" => null,
        "remind" => Link($"/sales/{model.Sale.Id}/reminder.ics"),
        "pay" or "order" => Link($"/orders/{model.Own.Ticket!.OrderId}"),
        "orders" => Link("/account/orders"),
        "help" => Link("/help"),
        _ => Link(page.Path),    // without a script, to look again is all there is
    };

    private string Fill(string key)
    {
        var (state, ticket) = (model.State, model.Own.Ticket);
        return new StringBuilder(_words[key])
            .Replace("{price}", Price)
            .Replace("{opens}", TimeOf(state.OpensAt))
            .Replace("{closes}", TimeOf(state.ClosesAt))
            .Replace("{payBy}", TimeOf(ticket?.Claim?.PayBy))
            .Replace("{ticket}", ticket is null ? "" : "…" + ticket.Ticket[^4..])
            .Replace("{units}", state.SoldOut is { } soldOut ? Format.Number(soldOut.Units, page.Language) : "")
            .Replace("{took}", Took(state.SoldOut?.AfterS ?? 0))
            .Replace("{unpaidUntil}", TimeOf(state.SoldOut?.UnpaidUntil))
            .Replace("{left}", TimeOf(state.OpensAt))
            .Replace("{reference}", "")
            .ToString().TrimEnd();
    }

    private string Took(int seconds) => seconds switch
    {
        < 120 => _words["sale.took.seconds", seconds],
        < 7_200 => _words["sale.took.minutes", (seconds + 30) / 60],
        _ => _words["sale.took.hours", (seconds + 1_800) / 3_600],
    };

    private string TimeOf(DateTimeOffset? at) =>
        at is { } time ? Format.DateAndTime(time.ToUniversalTime(), page.Language) + " UTC" : "";

    private string Link(string path) => page.Language.Link(path);
}
