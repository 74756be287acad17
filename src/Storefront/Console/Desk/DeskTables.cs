using Doorbuster.Storefront.Api;
using Doorbuster.Storefront.Console.Tables;

namespace Doorbuster.Storefront.Console.Desk;

/// <summary>The lists of the desk, each from one description.</summary>
internal static class DeskTables
{
    private static readonly string[] OrderStates =
    [
        "placed", "paid", "cancelled", "shipped", "completed", "returning", "returned", "return_declined", "refunding", "refunded",
    ];

    public static Table<RunOrder> Orders() => new()
    {
        Name = "orders",
        Title = "desk.orders",
        List = ListOrders,
        Key = row => row.Order.Id,
        Filters =
        [
            new("id", "desk.number"),
            new("person", "desk.person"),
            new("text", "desk.orders.search", Keeps: (row, text) =>
                row.Order.Email?.Contains(text, StringComparison.OrdinalIgnoreCase) is true
                || row.Order.Lines.Any(line => line.Sku.Equals(text, StringComparison.OrdinalIgnoreCase)
                    || line.Title.Contains(text, StringComparison.OrdinalIgnoreCase))),
            new("state", "desk.state", [.. OrderStates.Select(state => (state, $"desk.order.{state}"))],
                (row, state) => row.Order.State == state),
        ],
        Columns =
        [
            new("id", "desk.number", row => Cell.Of(row.Order.Id, $"/admin/orders/{row.Order.Id}")),
            new("state", "desk.state", row => Cell.Word(
                row.Order.State, $"desk.order.{row.Order.State}", row.Order.State is "cancelled" or "refunded" ? "quiet" : ""),
                row => row.Order.State),
            new("items", "desk.items", row => Cell.Of(string.Join(", ", row.Order.Lines.Select(line => $"{line.Quantity} × {line.Title}")))),
            new("total", "desk.total", row => Cell.Of(row.Order.Total), row => row.Order.Total.Amount) { IsNumber = true },
            new("placed", "desk.placed", row => Cell.Of(row.Order.PlacedAt), row => row.Order.PlacedAt),
            new("person", "desk.person", row => Cell.Of(row.PersonId, row.IsGuest ? null : $"/admin/people/{row.PersonId}")),
        ],
    };

    // Who looks for a number that is none finds nothing.
    private static async Task<ApiAnswer<ApiList<RunOrder>>> ListOrders(ShopApi api, string query)
    {
        var answer = await api.Get("/api/admin/v1/orders" + query, DeskJson.Default.OrderList);
        return answer.Refusal is { Code: "invalid_request" }
            ? answer with { Value = new([], new(HasMore: false, null)), Refusal = null } : answer;
    }

    public static Table<RunCoupon> Coupons() => new()
    {
        Name = "coupons",
        Title = "desk.coupons",
        List = (api, query) => api.Get("/api/admin/v1/coupon-templates" + query, DeskJson.Default.CouponList),
        Key = row => row.Id,
        Filters =
        [
            new("text", "desk.coupons.search", Keeps: (row, text) =>
                row.Handle.Contains(text, StringComparison.OrdinalIgnoreCase)
                || row.Title.Contains(text, StringComparison.OrdinalIgnoreCase) || row.Id == text),
            new("state", "desk.state", [.. States("open", "paused", "closed")], (row, state) => row.State == state),
        ],
        Columns =
        [
            new("handle", "desk.handle", row => Cell.Of(row.Handle), row => row.Handle),
            new("title", "desk.title", row => Cell.Of(row.Title), row => row.Title),
            new("state", "desk.state", row => Cell.Word(row.State, $"desk.state.{row.State}", row.State == "closed" ? "quiet" : ""),
                row => row.State),
            new("discount", "desk.discount", row => row.Discount.Amount is { } amount
                ? Cell.Of(new ApiMoney(amount, row.Discount.Currency))
                : Cell.Of(FormattableString.Invariant($"{row.Discount.PercentBasisPoints / 100m:0.##} %"))) { IsNumber = true },
            new("total", "desk.count", row => Cell.Of(row.Total), row => row.Total) { IsNumber = true },
            new("left", "desk.left", row => Cell.Of(row.Left), row => row.Left) { IsNumber = true },
            new("opens", "desk.opens", row => Cell.Of(row.OpensAt), row => row.OpensAt),
            new("closes", "desk.closes", row => Cell.Of(row.ClosesAt), row => row.ClosesAt),
        ],
    };

    public static Table<RunPacket> Packets() => new()
    {
        Name = "red-packets",
        Title = "desk.packets",
        List = (api, query) => api.Get("/api/admin/v1/red-packets" + query, DeskJson.Default.PacketList),
        Key = row => row.Id,
        Filters =
        [
            new("text", "desk.packets.search", Keeps: (row, text) =>
                row.Title.Contains(text, StringComparison.OrdinalIgnoreCase) || row.Id == text),
            new("phase", "desk.state", [.. States("announced", "open", "gone", "ended")], (row, phase) => row.Phase == phase),
        ],
        Columns =
        [
            new("title", "desk.title", row => Cell.Of(row.Title), row => row.Title),
            new("phase", "desk.state", row => Cell.Word(
                row.Phase, $"desk.state.{row.Phase}", row.Phase is "ended" or "not_covered" ? "quiet" : ""), row => row.Phase),
            new("amount", "desk.amount", row => Cell.Of(row.Amount), row => row.Amount.Amount) { IsNumber = true },
            new("parts", "desk.parts", row => Cell.Of(row.Parts), row => row.Parts) { IsNumber = true },
            new("left", "desk.left", row => Cell.Of(row.Left), row => row.Left) { IsNumber = true },
            new("opens", "desk.opens", row => Cell.Of(row.OpensAt), row => row.OpensAt),
            new("closes", "desk.closes", row => Cell.Of(row.ClosesAt), row => row.ClosesAt),
            new("id", "desk.number", row => Cell.Of(row.Id)),
        ],
    };

    public static Table<RunPerson> People() => new()
    {
        Name = "people",
        Title = "desk.people",
        List = (api, query) => api.Get("/api/admin/v1/people" + query, DeskJson.Default.PersonList),
        Key = row => row.Id,
        Filters =
        [
            new("email", "desk.people.search"),
            new("blocked", "desk.blocked", [("true", "console.yes"), ("false", "console.no")]),
        ],
        Columns =
        [
            new("email", "desk.email", row => Cell.Of(row.Email, $"/admin/people/{row.Id}"), row => row.Email),
            new("name", "desk.name", row => Cell.Of(row.DisplayName), row => row.DisplayName),
            new("admin", "desk.admin", row => Cell.Of(row.IsAdmin), row => row.IsAdmin),
            new("since", "desk.since", row => Cell.Of(row.CreatedAt), row => row.CreatedAt),
            new("blocked", "desk.blocked", row => Cell.Of(row.BlockedAt), row => row.BlockedAt),
            new("id", "desk.number", row => Cell.Of(row.Id)),
        ],
    };

    public static Table<RunLetter> Letters() => new()
    {
        Name = "dead-letters",
        Title = "desk.letters",
        EmptyText = "desk.letters.none",
        List = (api, query) => api.Get("/api/admin/v1/dead-letters" + query, DeskJson.Default.LetterList),
        Key = row => $"{row.Consumer}/{row.Id}",
        Filters = [new("consumer", "desk.consumer"), new("type", "desk.type")],
        Columns =
        [
            new("id", "desk.number", row => Cell.Of(row.Id, LetterPath(row.Consumer, row.Id))),
            new("type", "desk.type", row => Cell.Of(row.Type), row => row.Type),
            new("consumer", "desk.consumer", row => Cell.Of(row.Consumer), row => row.Consumer),
            new("died", "desk.died", row => Cell.Of(row.DiedAt), row => row.DiedAt),
            new("attempts", "desk.attempts", row => Cell.Of(row.Attempts), row => row.Attempts) { IsNumber = true },
            new("error", "desk.error", row => Cell.Of(row.Error.Split('\n', 2)[0])),
        ],
    };

    public static Table<RunEntry> Audit() => new()
    {
        Name = "audit",
        Title = "desk.audit",
        List = (api, query) => api.Get("/api/admin/v1/audit" + query, DeskJson.Default.EntryList),
        Key = row => row.Seq.ToString(System.Globalization.CultureInfo.InvariantCulture),
        Filters = [new("action", "desk.action"), new("actor", "desk.actor"), new("subject", "desk.subject")],
        Columns =
        [
            new("seq", "desk.number", row => Cell.Of(row.Seq), row => row.Seq) { IsNumber = true },
            new("at", "desk.at", row => Cell.Of(row.At), row => row.At),
            new("actor", "desk.actor", row => Cell.Of(
                row.Actor, row.Actor.StartsWith("usr_", StringComparison.Ordinal) ? $"/admin/people/{row.Actor}" : null), row => row.Actor),
            new("action", "desk.action", row => Cell.Of(row.Action), row => row.Action),
            new("subject", "desk.subject", row => Cell.Of(row.Subject), row => row.Subject),
            new("before", "desk.before", row => Cell.Of(row.Before?.GetRawText())),
            new("after", "desk.after", row => Cell.Of(row.After?.GetRawText())),
            new("address", "desk.address", row => Cell.Of(row.Address)),
        ],
    };

    public static string LetterPath(string consumer, string id) =>
        $"/admin/dead-letters/{Uri.EscapeDataString(consumer)}/{Uri.EscapeDataString(id)}";

    private static IEnumerable<(string, string)> States(params string[] states) =>
        states.Select(state => (state, $"desk.state.{state}"));
}
