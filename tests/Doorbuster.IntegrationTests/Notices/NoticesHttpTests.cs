using System.Text.Json;
using Doorbuster.Contracts.Notices;
using Doorbuster.Contracts.Orders;
using Doorbuster.Contracts.Payments;
using Doorbuster.Contracts.People;
using Doorbuster.IntegrationTests.Web;
using Doorbuster.Notices;
using Doorbuster.Platform;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.IntegrationTests.Notices;

public sealed class NoticesHttpTests(WholeShop shop) : IClassFixture<WholeShop>
{
    private static int _count;

    [Fact]
    public async Task A_notice_is_written_once_however_often_it_is_sent()
    {
        var ada = await shop.NewPerson();
        var notice = Notice(ada, title: "Hello <b>Ada</b>");
        await shop.Publish(notice, notice, notice with { Title = "Another title under the same key" });
        await shop.Settled();

        var mailbox = await ada.Get("/api/v1/me/notices");
        Assert.Equal(1, mailbox.Json.GetProperty("unread").GetInt32());
        var shown = Assert.Single(mailbox.Data);
        Assert.Equal("Hello <b>Ada</b>", shown.GetProperty("title").GetString());
    }

    [Fact]
    public async Task A_mailbox_is_read_in_pages_and_marked_as_read_up_to_what_was_shown()
    {
        var ada = await shop.NewPerson();
        await shop.Publish([.. Enumerable.Range(0, 5).Select(i => Notice(ada, title: $"{i}"))]);
        await shop.Settled();

        var first = await ada.Get("/api/v1/me/notices?limit=2");
        var cursor = first.Json.GetProperty("page").GetProperty("nextCursor").GetString();
        var second = await ada.Get($"/api/v1/me/notices?limit=3&after={cursor}");
        Assert.Equal((2, 3), (first.Data.Count, second.Data.Count));
        Assert.Equal(JsonValueKind.Null, second.Json.GetProperty("unread").ValueKind);
        Assert.False(second.Json.GetProperty("page").GetProperty("hasMore").GetBoolean());
        Assert.Equal(5, first.Data.Concat(second.Data).Select(Id).Distinct().Count());

        Assert.Equal(200, (await ada.Post($"/api/v1/me/notices/{Id(first.Data[0])}/read")).Status);
        Assert.Equal(4, await Unread(ada));
        var upTo = await ada.Post($"/api/v1/me/notices/read?upTo={Id(second.Data[0])}");
        Assert.Equal(3, upTo.Json.GetProperty("count").GetInt32());
        Assert.Equal(Id(first.Data[1]), Id(Assert.Single((await ada.Get("/api/v1/me/notices?unread=true")).Data)));
        Assert.Equal(1, (await ada.Post("/api/v1/me/notices/read")).Json.GetProperty("count").GetInt32());
        Assert.Equal(0, await Unread(ada));
    }

    [Fact]
    public async Task Another_persons_notice_is_not_there()
    {
        var (ada, eve) = (await shop.NewPerson(), await shop.NewPerson());
        await shop.Publish(Notice(ada));
        await shop.Settled();
        var id = Id((await ada.Get("/api/v1/me/notices")).Data.Single());

        var answer = await eve.Post($"/api/v1/me/notices/{id}/read");
        Assert.Equal((404, "not_found"), (answer.Status, answer.Code));
        Assert.Equal(0, (await eve.Post($"/api/v1/me/notices/read?upTo={id}")).Json.GetProperty("count").GetInt32());
        Assert.Empty((await eve.Get("/api/v1/me/notices")).Data);
        Assert.Equal(1, await Unread(ada));
        Assert.Equal(403, (await eve.Get("/api/admin/v1/mails")).Status);
        Assert.Equal(401, (await shop.Stranger().Get("/api/v1/me/notices")).Status);
    }

    [Fact]
    public async Task People_are_told_how_their_orders_go_on_each_step_once()
    {
        var ada = await shop.NewPerson();
        var order = new OrderFact(
            NewId(), ada.Person, "stock", "GBP", 2_500, [new("LAMP", "A lamp", 2, 1_250)], TimeProvider.System.GetUtcNow());
        await shop.Publish(
            Moved("placed", "placed", order), Moved("paid", "paid", order), Moved("paid", "paid", order),
            Moved("shipped", "shipped", order), Moved("completed", "completed", order),
            Moved("shipped", "part_refunded", order, from: "shipped"));
        await shop.Publish(
            Refunded(order, "a", 1_000), Refunded(order, "a", 1_000), Refunded(order, "b", 1_500));
        await shop.Settled();

        var told = (await ada.Get("/api/v1/me/notices")).Data;
        Assert.Equal(
            ["order_paid", "order_shipped", "refund", "refund"],
            told.Select(notice => notice.GetProperty("kind").GetString()).Order(StringComparer.Ordinal));
        Assert.Contains(told, notice =>
            notice.GetProperty("text").GetString()!.Contains("GBP 10.00", StringComparison.Ordinal));
        Assert.All(told, notice => Assert.Equal(
            $"/orders/{PublicId.Format("ord", order.Id)}", notice.GetProperty("path").GetString()));
    }

    [Fact]
    public async Task The_demos_mailbox_shows_every_mail_to_administrators()
    {
        var (ada, boss) = (await shop.NewPerson(), await shop.NewPerson(isAdmin: true));
        await shop.Publish(Notice(ada, title: "For the mailbox"));
        await shop.Settled();

        var mail = (await boss.Get("/api/admin/v1/mails?limit=100")).Data
            .Single(one => one.GetProperty("subject").GetString() == "For the mailbox");
        Assert.Equal("kept_here", mail.GetProperty("state").GetString());
        Assert.EndsWith("@example.test", mail.GetProperty("to").GetString(), StringComparison.Ordinal);
        Assert.Empty((await boss.Get("/api/admin/v1/mails?state=given_up")).Data);
        Assert.Equal("invalid_request", (await boss.Get("/api/admin/v1/mails?state=nonsense")).Code);
        Assert.Equal("invalid_cursor", (await boss.Get("/api/admin/v1/mails?after=nonsense")).Code);
    }

    [Fact]
    public async Task The_overview_and_the_export_hold_what_the_person_was_told_and_erasing_removes_it_for_good()
    {
        var ada = await shop.NewPerson();
        await shop.Publish(Notice(ada, title: "Keep this"));
        await shop.Settled();
        var overview = shop.Services.GetServices<IOverviewPart>().Single(part => part.Name == "notices");
        var seen = JsonDocument.Parse(await overview.Load(
            ada.Person, new Dictionary<string, ReadOnlyMemory<byte>>(), default)).RootElement;
        Assert.Equal(1, seen.GetProperty("unread").GetInt32());
        Assert.Equal("Keep this", seen.GetProperty("newest")[0].GetProperty("title").GetString());
        Assert.Contains("Keep this", await Exported(ada), StringComparison.Ordinal);

        await shop.Publish(new PersonErased { Person = ada.Person, At = DateTimeOffset.UnixEpoch });
        await shop.Settled();
        await shop.Publish(Notice(ada, title: "Too late"));
        await shop.Settled();
        Assert.Equal("[]", await Exported(ada));
    }

    [Fact]
    public async Task Notices_are_kept_as_long_as_they_may_matter()
    {
        var ada = await shop.NewPerson();
        await shop.Publish([.. Enumerable.Range(0, 4).Select(i => Notice(ada, title: $"{i}"))]);
        await shop.Settled();
        foreach (var (title, made, read) in (IReadOnlyList<(string, string, string)>)
            [("0", "91 days", "91 days"), ("1", "91 days", "1 day"), ("2", "401 days", "never"), ("3", "91 days", "never")])
            await shop.Sql.Execute(
                $"""
                update notices.notices set made_at = now() - interval '{made}',
                  read_at = {(read == "never" ? "null" : $"now() - interval '{read}'")}
                where person = $1 and title = $2
                """,
                default, new() { Value = ada.Person }, new() { Value = title });

        await ActivatorUtilities.CreateInstance<RemoveOldNotices>(shop.Services).Run(default);

        Assert.Equal(["1", "3"], (await ada.Get("/api/v1/me/notices")).Data
            .Select(notice => notice.GetProperty("title").GetString()).Order(StringComparer.Ordinal));
    }

    private async Task<string> Exported(Caller person) => System.Text.Encoding.UTF8.GetString(
        (await shop.Services.GetServices<IPersonalData>().Single(data => data.Name == "notices")
            .Export(person.Person, default)).Span);

    private static async Task<int> Unread(Caller person) =>
        (await person.Get("/api/v1/me/notices")).Json.GetProperty("unread").GetInt32();

    private static string Id(JsonElement notice) => notice.GetProperty("id").GetString()!;

    private static SendNotice Notice(Caller to, string title = "A title") => new()
    {
        Key = $"test:{Interlocked.Increment(ref _count)}",
        Person = to.Person,
        Kind = "test",
        Title = title,
        Text = "A text.",
    };

    private long NewId() => shop.Services.GetRequiredService<Ids>().Next();

    private static OrdersMoved Moved(string to, string reason, OrderFact order, string? from = null) =>
        new() { To = to, From = from, Reason = reason, At = DateTimeOffset.UnixEpoch, Orders = [order] };

    private static PaymentRefunded Refunded(OrderFact order, string refund, long amount) => new()
    {
        Refund = refund,
        Payment = order.Id,
        Order = order.Id,
        Person = order.Person,
        AmountMinor = amount,
        Currency = order.Currency,
        RefundedAt = DateTimeOffset.UnixEpoch,
    };
}
