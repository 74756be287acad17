using System.Globalization;
using System.Text;
using Doorbuster.Contracts.Claims;
using Doorbuster.Contracts.Notices;
using Doorbuster.Contracts.Orders;
using Doorbuster.IntegrationTests.Web;
using Doorbuster.Notices;
using Doorbuster.Platform;
using Doorbuster.Platform.Messaging;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.IntegrationTests.Notices;

/// <summary>Notices by mail, through a real SMTP conversation.</summary>
public sealed class MailTests(MailTests.MailingShop shop) : IClassFixture<MailTests.MailingShop>
{
    private static int _count;

    [Fact]
    public async Task A_notice_is_mailed_once_to_its_person_as_plain_text()
    {
        var ada = await shop.NewPerson();
        await shop.Publish(Notice(ada.Person, "Grüße\r\nBcc: all@example.test", "It costs <5 €.", "/orders/ord_1"));
        await shop.Settled();

        await Mailed("Sent", ada.Person);

        var address = await AddressOf(ada.Person);
        var mail = Assert.Single(shop.Server.Mails, sent => sent.To == address).Mail;
        var (head, body) = Split(mail);
        Assert.DoesNotContain("\nBcc:", head, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("text/plain", head, StringComparison.Ordinal);
        Assert.Contains("Message-ID: <ntc_", head, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("It costs <5 €.\n\nhttps://shop.example/orders/ord_1\n", body.Replace("\r", "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_mail_that_is_refused_waits_for_another_attempt_and_holds_up_nobody()
    {
        var (bad, good) = (await shop.NewPerson(), await shop.NewPerson());
        await shop.Sql.Execute(
            "update accounts.people set email = $2, email_key = $2 where id = $1", default,
            new() { Value = bad.Person }, new() { Value = SmtpListener.Unwanted });
        await shop.Publish(Notice(bad.Person), Notice(good.Person));
        await shop.Settled();

        await Mailed("Sent", good.Person);
        await Eventually.IsTrue(async () => await shop.Count(
            $"select count(*) from notices.notices where person = {bad.Person} and mail = 1 and attempts = 1 "
            + "and due_at > now() and error is not null") == 1, "the refused one waits");

        for (var attempt = 2; attempt <= 8; attempt++)
        {
            await shop.Sql.Execute(
                $"update notices.notices set due_at = now() - interval '1 s' where person = {bad.Person}", default);
            var now = attempt;
            await Eventually.IsTrue(async () =>
            {
                await ActivatorUtilities.CreateInstance<SendMails>(shop.Services).Run(default);
                return await shop.Count(
                    $"select count(*) from notices.notices where person = {bad.Person} and attempts >= {now}") == 1;
            }, $"attempt {attempt} is made");
        }
        Assert.Equal(1, await shop.Count(
            $"select count(*) from notices.notices where person = {bad.Person} and mail = {(short)MailState.GivenUp}"));
    }

    [Fact]
    public async Task A_guest_is_written_to_where_the_order_says()
    {
        const long guest = 815;
        var placed = await shop.Services.GetRequiredService<IOrderPlacing>().Place(
            new OrderDraft
            {
                Checkout = 1,
                Person = guest,
                Currency = "GBP",
                Lines = [new("LAMP", "A lamp", 1, 1_250, await NewStock())],
                Adjustments = [],
                TotalMinor = 1_250,
                Email = "guest@example.test",
            }, default);
        Assert.Equal(PlacingOutcome.Placed, placed.Outcome);
        await shop.Publish(Notice(guest));
        await shop.Settled();

        await Mailed("Sent", guest);
        Assert.Single(shop.Server.Mails, sent => sent.To == "guest@example.test");
    }

    private async Task<long> NewStock()
    {
        var pool = shop.Services.GetRequiredService<Ids>().Next();
        var definition = new PoolDefinition { Id = pool, Kind = "stock", Total = 5, Hold = TimeSpan.FromMinutes(15) };
        Assert.Equal(PoolOutcome.Done, await shop.Services.GetRequiredService<IClaims>().Create(definition, default));
        return pool;
    }

    [Fact]
    public async Task Who_has_no_address_gets_no_mail_but_the_notice()
    {
        await shop.Publish(Notice(person: 4711));
        await shop.Settled();
        await Mailed("NoAddress", 4711);
    }

    private Task Mailed(string state, long person) => Eventually.IsTrue(
        async () => await shop.Count(
            $"select count(*) from notices.notices where person = {person} and mail = {(short)Enum.Parse<MailState>(state)}") == 1,
        $"the mail is {state}");

    private async Task<string> AddressOf(long person) => (await shop.Sql.Query(
        "select email from accounts.people where id = $1", row => row.GetString(0), default,
        new NpgsqlParameter { Value = person })).Single();

    private static (string Head, string Body) Split(string mail)
    {
        var end = mail.IndexOf("\n\n", StringComparison.Ordinal);
        var body = mail[(end + 2)..].Replace("\n", "", StringComparison.Ordinal);
        return (mail[..end], Encoding.UTF8.GetString(Convert.FromBase64String(body)));
    }

    internal static SendNotice Notice(long person, string title = "A title", string text = "A text.", string? path = null) =>
        new()
        {
            Key = string.Create(CultureInfo.InvariantCulture, $"mail:{Interlocked.Increment(ref _count)}"),
            Person = person,
            Kind = "test",
            Title = title,
            Text = text,
            Path = path,
        };

    public sealed class MailingShop(SharedStores stores) : WholeShop(stores), IAsyncDisposable
    {
        internal SmtpListener Server { get; } = new();

        protected override Dictionary<string, string?> Settings => SettingsFor(Server.Port);

        internal static Dictionary<string, string?> SettingsFor(int port) => new()
        {
            ["Notices:Smtp:Host"] = "127.0.0.1",
            ["Notices:Smtp:Port"] = $"{port}",
            ["Notices:Smtp:From"] = "shop@example.test",
            ["Notices:Smtp:Tls"] = "false",
            ["Notices:ShopUrl"] = "https://shop.example/",
        };

        public new async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            await Server.DisposeAsync();
        }
    }
}

/// <summary>Two processes, and the one that is at work is killed.</summary>
public sealed class MailFailoverTests(SharedStores stores)
{
    [Fact, Trait("kind", "fault"), Trait("length", "long")]
    public async Task When_the_process_that_sends_mail_is_killed_the_other_goes_on()
    {
        await using var server = new SmtpListener();
        server.HoldAnswers();
        var addresses = await stores.NewDatabase();
        var settings = MailTests.MailingShop.SettingsFor(server.Port);
        settings["Jobs:Lease"] = "00:00:02";
        await using var sql = NpgsqlDataSource.Create(addresses.Postgres);
        await sql.Execute(
            """
            insert into accounts.people (id, email, email_key, display_name, created_at)
            values (77, 'ada@example.test', 'ada@example.test', 'Ada', now())
            """, default);
        await using (var connection = await sql.OpenConnectionAsync())
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await transaction.Publish(MailTests.Notice(77), default);
            await transaction.CommitAsync();
        }

        var shops = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ =>
            RunningShop.Serve(addresses, role: "worker", settings)));
        await using var first = shops[0];
        await using var second = shops[1];
        await Eventually.IsTrue(() => server.Waiting == 1, "one process has handed the mail over");
        var worker = (await sql.Query(
            """
            select worker from platform.job_runs where job = 'notices.send_mails' and ended_at is null
            """, row => row.GetString(0), default)).Single();
        var (doomed, heir) = worker.EndsWith($":{first.ProcessId}", StringComparison.Ordinal)
            ? (first, second) : (second, first);

        await doomed.Kill();
        server.AnswerAgain();

        await Eventually.IsTrue(async () => (await sql.Query(
            "select mail from notices.notices", row => row.GetInt16(0), default)).Single() == (short)MailState.Sent,
            "the other process sent it", TimeSpan.FromSeconds(20));
        IReadOnlyList<string> senders = [];
        await Eventually.IsTrue(
            async () => (senders = await sql.Query(
                "select worker from platform.job_runs where job = 'notices.send_mails' and what like 'sent 1,%'",
                row => row.GetString(0), default)).Count > 0,
            "its run is written down");
        Assert.EndsWith($":{heir.ProcessId}", Assert.Single(senders), StringComparison.Ordinal);
        Assert.Equal("lost", (await sql.Query(
            "select outcome from platform.job_runs where worker = $1 and outcome = 'lost'", row => row.GetString(0),
            default, new NpgsqlParameter { Value = worker })).Single());
        Assert.Single(server.Mails.Select(mail => MessageIdOf(mail.Mail)).Distinct());
    }

    private static string MessageIdOf(string mail) => mail.Split('\n')
        .Single(line => line.StartsWith("Message-ID:", StringComparison.OrdinalIgnoreCase));
}
