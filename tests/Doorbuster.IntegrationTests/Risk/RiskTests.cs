using System.Text.Json;
using Doorbuster.Contracts.Orders;
using Doorbuster.Contracts.People;
using Doorbuster.Contracts.Risk;
using Doorbuster.IntegrationTests.Orders;
using Doorbuster.IntegrationTests.Web;
using Doorbuster.Platform;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.IntegrationTests.Risk;

/// <summary>Rules over the messages of orders. Each test has rules, people and addresses of its own.</summary>
public sealed class RiskTests(WholeShop shop) : IClassFixture<WholeShop>, IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    private static int _count;

    private Caller _boss = null!;

    public async ValueTask InitializeAsync()
    {
        _boss = await shop.NewPerson(isAdmin: true);
        await shop.Sql.Execute("delete from risk.rules", default);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Of_many_people_at_one_address_those_above_the_limit_are_held()
    {
        await Rule("shared_address", "hold", threshold: 3, window: 86_400);
        var address = Guid.CreateVersion7(Noon) + $"{_count++}";
        var orders = Enumerable.Range(0, 5).Select(i => Order(NewId(), at: Noon.AddMinutes(i), address: address)).ToList();
        var old = Order(NewId(), at: Noon.AddDays(-2), address: address);
        var again = Order(orders[4].Person, at: Noon.AddMinutes(9), address: Guid.CreateVersion7(Noon).ToString());

        await Place(old);
        foreach (var order in orders)
            await Place(order);
        await Place(again);

        Assert.Null(await StateOf(old));
        Assert.Equal((IEnumerable<string?>)[null, null, "held", "held", "held"], await StatesOf(orders));
        Assert.Null(await StateOf(again));
        var reason = (await Case(orders[4])).Json.GetProperty("reasons")[0];
        Assert.Equal((5, 3), (reason.GetProperty("value").GetInt64(), reason.GetProperty("threshold").GetInt64()));
    }

    [Fact]
    public async Task Orders_are_counted_once_however_often_and_wherever_their_messages_come()
    {
        const int limit = 12;
        await Rule("speed", "hold", threshold: limit, window: 3_600);
        var person = NewId();
        var early = Enumerable.Range(0, limit - 1).Select(i => Order(person, at: Noon)).ToList();

        // Each in a message of its own, twice, all at once: the dispatcher hands them to several workers.
        await shop.Publish([.. early.Concat(early).Select(order => Moved("placed", null, order))]);
        await shop.Settled();
        Assert.All(await StatesOf(early), Assert.Null);

        var late = Enumerable.Range(0, 6).Select(i => Order(person, at: Noon)).ToList();
        await shop.Publish([.. late.Concat(late).Select(order => Moved("placed", null, order))]);
        await shop.Settled();
        Assert.All(await StatesOf(late), state => Assert.Equal("held", state));
        Assert.Equal(
            Enumerable.Range(limit, 6).Select(value => (long)value),
            (await Cases(late)).Select(one => one.GetProperty("reasons")[0].GetProperty("value").GetInt64()).Order());
    }

    [Fact]
    public async Task A_value_is_marked_and_who_paid_often_passes()
    {
        await Rule("value", "hold", threshold: 100_000, currency: "EUR");
        await Rule("known_buyer", "pass", threshold: 2, window: 30 * 86_400);
        var (known, stranger) = (NewId(), NewId());
        foreach (var day in (int[])[-9, -5])
        {
            var earlier = Order(known, at: Noon.AddDays(day));
            await Place(earlier);
            await Move("paid", "placed", earlier, Noon.AddDays(day));
        }
        var dear = Order(stranger, total: 100_000);
        var dearButKnown = Order(known, total: 100_000);
        var cheap = Order(stranger, total: 99_999);
        var other = Order(stranger, total: 1_000_000, currency: "JPY");
        foreach (var order in (OrderFact[])[dear, dearButKnown, cheap, other])
            await Place(order);

        Assert.Equal("held", await StateOf(dear));
        Assert.Equal("passed", await StateOf(dearButKnown));
        Assert.Null(await StateOf(cheap));
        Assert.Null(await StateOf(other));
    }

    [Fact]
    public async Task A_held_order_is_not_cleared_until_somebody_releases_it()
    {
        await Rule("value", "hold", threshold: 5_000, currency: "EUR");
        var order = Order(NewId(), total: 5_000);
        var risk = shop.Services.GetRequiredService<IOrderRisk>();

        // No message has come: the question itself has it looked at.
        Assert.True((await risk.ClearForShipping(order, default)).IsHeld);
        var found = await Case(order);
        Assert.Equal("held", found.Json.GetProperty("state").GetString());

        Assert.Equal("risk_version_required", (await Decide(order, "release", null)).Code);
        Assert.Equal("risk_version_outdated", (await Decide(order, "release", "\"99\"")).Code);
        var released = await Decide(order, "release", found.ETag);
        Assert.Equal("released", released.Json.GetProperty("state").GetString());
        Assert.Equal(200, (await Decide(order, "release", found.ETag)).Status);    // made already
        Assert.Equal("risk_version_outdated", (await Decide(order, "cancel", found.ETag)).Code);

        Assert.False((await risk.ClearForShipping(order, default)).IsHeld);
        await Place(order);
        await Move("paid", "placed", order, Noon);
        Assert.Equal("released", await StateOf(order));
    }

    [Fact]
    public async Task What_was_cleared_is_not_held_by_a_message_that_comes_late()
    {
        var order = Order(NewId(), total: 7_000);
        Assert.False((await shop.Services.GetRequiredService<IOrderRisk>().ClearForShipping(order, default)).IsHeld);
        await Rule("value", "hold", threshold: 5_000, currency: "EUR");
        await Place(order);
        Assert.Null(await StateOf(order));
    }

    [Fact]
    public async Task A_case_is_closed_when_its_order_ends_by_itself()
    {
        await Rule("value", "hold", threshold: 5_000, currency: "EUR");
        var (order, backwards) = (Order(NewId(), total: 9_000), Order(NewId(), total: 9_000));
        await Place(order);
        await Move("cancelled", "placed", order, Noon);
        await Move("cancelled", "placed", backwards, Noon);
        await Place(backwards);

        Assert.Equal("closed", await StateOf(order));
        Assert.Null(await StateOf(backwards));
        Assert.Equal("risk_case_decided", (await Decide(order, "release", (await Case(order)).ETag)).Code);
    }

    [Fact]
    public async Task Held_orders_are_listed_in_pages_for_administrators_only()
    {
        await Rule("value", "hold", threshold: 5_000, currency: "EUR");
        var orders = Enumerable.Range(0, 3).Select(_ => Order(NewId(), total: 5_000)).ToList();
        foreach (var order in orders)
            await Place(order);

        var seen = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await _boss.Get($"/api/admin/v1/risk/orders?state=held&limit=2{cursor}");
            Assert.InRange(page.Data.Count, 0, 2);
            seen.AddRange(page.Data.Select(one => one.GetProperty("orderId").GetString()!));
            cursor = page.Json.GetProperty("page").GetProperty("nextCursor").GetString() is { } next ? $"&after={next}" : null;
        }
        Assert.Equal(seen.Distinct(), seen);
        Assert.Superset(orders.Select(PublicIdOf).ToHashSet(), seen.ToHashSet());

        var eve = await shop.NewPerson();
        Assert.Equal(403, (await eve.Get("/api/admin/v1/risk/orders")).Status);
        Assert.Equal(403, (await eve.Get("/api/admin/v1/risk/rules")).Status);
        Assert.Equal("invalid_cursor", (await _boss.Get("/api/admin/v1/risk/orders?after=x")).Code);
        Assert.Equal("invalid_request", (await _boss.Get("/api/admin/v1/risk/orders?state=x")).Code);
        Assert.Equal("not_found", (await _boss.Get($"/api/admin/v1/risk/orders/{PublicId.Format("ord", 1)}")).Code);
    }

    [Fact]
    public async Task Rules_are_changed_by_who_read_their_last_version()
    {
        var made = await Rule("speed", "mark", threshold: 10, window: 3_600, name: "Once", key: "same");
        Assert.Equal(
            (201, made.Body), await Rule("speed", "mark", threshold: 10, window: 3_600, name: "Once", key: "same") is var same
                ? (same.Status, same.Body) : default);
        Assert.Equal("risk_rule_name_taken",
            (await Rule("speed", "mark", threshold: 10, window: 3_600, name: "Once", key: "other")).Code);
        var changed = """{"name":"Twice","kind":"speed","outcome":"hold","threshold":20,"windowSeconds":60}""";
        Assert.Equal("risk_version_required", (await _boss.Send(HttpMethod.Put, Path(made), changed)).Code);

        var second = await _boss.Send(HttpMethod.Put, Path(made), changed, ("If-Match", made.ETag!));
        Assert.Equal((200, "\"2\""), (second.Status, second.ETag));
        Assert.Equal("risk_version_outdated",
            (await _boss.Send(HttpMethod.Put, Path(made), changed, ("If-Match", made.ETag!))).Code);
        Assert.Equal("risk_version_outdated",
            (await _boss.Send(HttpMethod.Delete, Path(made), null as string, ("If-Match", made.ETag!))).Code);
        Assert.Equal("invalid_request", (await _boss.Send(
            HttpMethod.Put, Path(made), changed.Replace("20", "0", StringComparison.Ordinal), ("If-Match", second.ETag!))).Code);
        Assert.Equal(204,
            (await _boss.Send(HttpMethod.Delete, Path(made), null as string, ("If-Match", second.ETag!))).Status);
        Assert.Equal(404, (await _boss.Get(Path(made))).Status);
    }

    [Fact]
    public async Task A_person_may_know_what_was_found_and_be_forgotten()
    {
        await Rule("value", "hold", threshold: 5_000, currency: "EUR");
        var order = Order(NewId(), total: 5_000);
        await Place(order);
        var data = shop.Services.GetServices<IPersonalData>().Single(one => one.Name == "risk");
        var own = JsonDocument.Parse(await data.Export(order.Person, default)).RootElement[0];
        Assert.Equal(("held", "value"), (own.GetProperty("state").GetString(), own.GetProperty("reasons")[0].GetString()));

        await shop.Publish(new PersonErased { Person = order.Person, At = Noon });
        await shop.Settled();
        Assert.Equal(JsonValueKind.Null, (await Case(order)).Json.GetProperty("personId").ValueKind);
        Assert.Equal(0, await shop.Count($"select count(*) from risk.seen where person = {order.Person}"));
    }

    [Fact]
    public async Task Rules_and_cases_go_through_CSV()
    {
        await Rule("value", "hold", threshold: 5_000, currency: "EUR", name: "=dear, \"very\"");
        await Place(Order(NewId(), total: 5_000));
        await using var one = await RunningShop.Serve(shop.Addresses, role: "shop");
        var folder = Directory.CreateTempSubdirectory("doorbuster-test-");
        try
        {
            var (cases, rules) = (System.IO.Path.Combine(folder.FullName, "c.csv"), System.IO.Path.Combine(folder.FullName, "r.csv"));
            Assert.True((await one.Ask("risk", "export", cases)).GetProperty("rows").GetInt32() >= 1);
            Assert.StartsWith("order,person,state", await File.ReadAllTextAsync(cases), StringComparison.Ordinal);
            Assert.Equal(1, (await one.Ask("risk", "rules", "export", rules)).GetProperty("rows").GetInt32());
            Assert.Equal(1, (await one.Ask("risk", "rules", "import", rules)).GetProperty("unchanged").GetInt32());

            await File.WriteAllTextAsync(rules,
                "name,kind,outcome,threshold,window_seconds,currency,enabled\nFast,speed,mark,9,60,,true\n");
            Assert.Equal(1, (await one.Ask("risk", "rules", "import", rules)).GetProperty("added").GetInt32());
            Assert.Equal(1, (await one.Ask("risk", "rules", "import", rules)).GetProperty("unchanged").GetInt32());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<Reply> Rule(
        string kind, string outcome, long threshold, long? window = null, string? currency = null, string? name = null,
        string? key = null)
    {
        var number = Interlocked.Increment(ref _count);
        var body = JsonSerializer.Serialize(
            new { name = name ?? $"Rule {number}", kind, outcome, threshold, windowSeconds = window, currency });
        return await _boss.Post("/api/admin/v1/risk/rules", body, ("Idempotency-Key", key ?? $"rule-{number}"));
    }

    private static string Path(Reply rule) => $"/api/admin/v1/risk/rules/{rule.Json.GetProperty("id").GetString()}";

    private Task<Reply> Decide(OrderFact order, string decision, string? version)
    {
        var path = $"/api/admin/v1/risk/orders/{PublicIdOf(order)}/decision";
        var body = JsonSerializer.Serialize(new { decision, note = "looked at" });
        return version is null ? _boss.Post(path, body) : _boss.Post(path, body, ("If-Match", version));
    }

    private Task Place(OrderFact order) => Move("placed", null, order, order.PlacedAt);

    private async Task Move(string to, string? from, OrderFact order, DateTimeOffset at)
    {
        await shop.Publish(Moved(to, from, order) with { At = at });
        await shop.Settled();
    }

    private static OrdersMoved Moved(string to, string? from, OrderFact order) =>
        new() { To = to, From = from, Reason = to, At = order.PlacedAt, Orders = [order] };

    private OrderFact Order(
        long person, DateTimeOffset? at = null, long total = 100, string currency = "EUR", string? address = null) => new(
            NewId(), person, "stock", currency, total, [new("LAMP", "A lamp", 1, total)], at ?? Noon, AddressKey: address);

    private long NewId() => shop.Services.GetRequiredService<Ids>().Next();

    private static string PublicIdOf(OrderFact order) => PublicId.Format("ord", order.Id);

    private Task<Reply> Case(OrderFact order) => _boss.Get($"/api/admin/v1/risk/orders/{PublicIdOf(order)}");

    private async Task<IReadOnlyList<JsonElement>> Cases(IEnumerable<OrderFact> orders)
    {
        var found = new List<JsonElement>();
        foreach (var order in orders)
            found.Add((await Case(order)).Json);
        return found;
    }

    private async Task<string?> StateOf(OrderFact order) =>
        await Case(order) is { Status: 200 } found ? found.Json.GetProperty("state").GetString() : null;

    private async Task<string?[]> StatesOf(IEnumerable<OrderFact> orders)
    {
        var states = new List<string?>();
        foreach (var order in orders)
            states.Add(await StateOf(order));
        return [.. states];
    }
}
