using System.Text.Json;
using Doorbuster.Contracts.Books;
using Doorbuster.Contracts.Claims;
using Doorbuster.Contracts.People;
using Doorbuster.IntegrationTests.Orders;
using Doorbuster.Platform;
using Doorbuster.Platform.Commands;
using Doorbuster.RedPackets;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.IntegrationTests.RedPackets;

public sealed class RedPacketTests(TwoShops shops) : IClassFixture<TwoShops>
{
    private IBooks Books => shops.Services.GetRequiredService<IBooks>();

    [Fact]
    public async Task Two_hundred_people_grab_fifty_parts_and_each_part_reaches_one_wallet()
    {
        var packet = await House(amount: 10_007, parts: 50);
        var people = Enumerable.Range(0, 200).Select(_ => shops.NewShopper()).ToList();
        var keys = people.ConvertAll(_ => shops.NewKey());

        // Everybody taps twice, with the same key.
        var answers = await Task.WhenAll(people.Zip(keys).SelectMany(p => new[]
        {
            Grab(p.First, packet, p.Second), Grab(p.First, packet, p.Second),
        }));

        var won = answers.Where(answer => answer.Status == 201).ToList();
        Assert.Equal((100, 300), (won.Count, answers.Count(answer => answer.Code == "red_packet_gone")));
        var grabs = won.Select(answer => answer.Json.GetProperty("grab")).DistinctBy(Ordinal).ToList();
        Assert.Equal(50, grabs.Count);
        Assert.Equal(10_007, grabs.Sum(Amount));

        await Ended(packet);
        var audit = await Audit(packet);
        Assert.Equal((10_007, 0, 0, 50), (
            Number(audit, "credited"), Number(audit, "left"), Number(audit, "refunded"), Number(audit, "writtenPeople")));
        Assert.True(audit.GetProperty("settled").GetBoolean() && audit.GetProperty("clean").GetBoolean());
        for (var i = 0; i < people.Count; i++)
        {
            var mine = answers[2 * i].Status == 201 ? Amount(answers[2 * i].Json.GetProperty("grab")) : 0;
            Assert.Equal(mine, await Wallet(people[i]));
        }

        // Who got what, page by page, with the best luck marked once.
        var winner = people[Array.FindIndex(answers, answer => answer.Status == 201) / 2];
        var list = await Grabs(winner, packet, limit: 20);
        Assert.Equal(Enumerable.Range(1, 50), list.Select(grab => (int)Number(grab, "ordinal")));
        Assert.Equal(10_007, list.Sum(grab => Number(grab.GetProperty("amount"), "amount")));
        Assert.Single(list, grab => grab.GetProperty("isYou").GetBoolean());
        var best = Assert.Single(list, grab => grab.GetProperty("best").GetBoolean());
        Assert.Equal(
            list.Max(grab => Number(grab.GetProperty("amount"), "amount")), Number(best.GetProperty("amount"), "amount"));
        var loser = people[Array.FindIndex(answers, answer => answer.Status != 201) / 2];
        Assert.Equal(404, (await loser.Get($"/api/v1/red-packets/{packet}/grabs")).Status);
    }

    [Fact]
    public async Task What_nobody_grabbed_goes_back_to_the_sender_once()
    {
        var sender = await WithMoney(1_000);
        var packet = await Send(sender, amount: 1_000, parts: 10, kind: "equal");
        Assert.Equal(0, await Wallet(sender));
        for (var i = 0; i < 3; i++)
            Assert.Equal(100, Amount((await Grab(shops.NewShopper(), packet)).Json.GetProperty("grab")));

        await Expire(packet);
        await Ended(packet);

        Assert.Equal(700, await Wallet(sender));
        var audit = await Audit(packet);
        Assert.Equal((300, 0, 700), (Number(audit, "credited"), Number(audit, "left"), Number(audit, "refunded")));
        Assert.True(audit.GetProperty("clean").GetBoolean());
        Assert.Equal("red_packet_ended", (await Grab(shops.NewShopper(), packet)).Code);
        var shown = (await sender.Get($"/api/v1/red-packets/{packet}")).Json;
        Assert.Equal(("ended", 700), (
            shown.GetProperty("phase").GetString(), (int)Number(shown.GetProperty("refunded"), "amount")));
        Assert.DoesNotContain(await Grabs(sender, packet), grab => grab.GetProperty("best").GetBoolean());
        await Eventually.IsTrue(
            async () => await Count($"select count(*) from notices.notices where key = 'red_packet_ended:{Id(packet)}'") == 1,
            "the sender is told");
    }

    [Fact]
    public async Task A_crash_in_the_middle_of_the_refund_refunds_once()
    {
        var sender = await WithMoney(500);
        var packet = await Send(sender, amount: 500, parts: 5, kind: "lucky");
        var grabbed = Amount((await Grab(shops.NewShopper(), packet)).Json.GetProperty("grab"));
        var desk = shops.Services.GetRequiredService<PacketDesk>();

        // The refund is booked, and the process is gone before it says so: the row stays as it was.
        await Books.Post(
            (await shops.Services.GetRequiredService<PacketStore>().Find(Id(packet), CancellationToken.None))!
                .Refund(500 - grabbed, DateTimeOffset.UnixEpoch), CancellationToken.None);
        await Expire(packet);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => desk.End(Id(packet), CancellationToken.None)));
        await Ended(packet);

        Assert.Equal(500 - grabbed, await Wallet(sender));
        Assert.True((await Audit(packet)).GetProperty("clean").GetBoolean());
    }

    [Fact]
    public async Task Closed_early_while_people_grab_it_gives_back_what_nobody_got_once()
    {
        var sender = await WithMoney(10_000);
        var packet = await Send(sender, amount: 10_000, parts: 100, kind: "lucky");
        var people = Enumerable.Range(0, 60).Select(_ => shops.NewShopper()).ToList();
        var first = await Grab(people[0], packet);

        var grabbing = Task.WhenAll(people.Skip(1).Select(person => Grab(person, packet)));
        var closings = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Close(packet)));
        var answers = (await grabbing).Append(first).ToList();

        Assert.All(closings, closing => Assert.True(closing.Status == 200, closing.Body));
        await Ended(packet);
        var got = answers.Where(answer => answer.Status == 201).Sum(answer => Amount(answer.Json.GetProperty("grab")));
        Assert.All(answers, answer => Assert.True(answer.Status == 201 || answer.Code == "red_packet_ended", answer.Body));
        Assert.Equal(10_000 - got, await Wallet(sender));
        var audit = await Audit(packet);
        Assert.True(audit.GetProperty("settled").GetBoolean() && audit.GetProperty("clean").GetBoolean(), $"{audit}");
        Assert.Equal("red_packet_ended", (await Grab(shops.NewShopper(), packet)).Code);

        var again = await Close(packet);
        Assert.Equal(("ended", JsonValueKind.String), (
            again.Json.GetProperty("phase").GetString(), again.Json.GetProperty("closedEarlyAt").ValueKind));
        Assert.Equal(10_000 - got, await Wallet(sender));
        Assert.Equal(403, (await sender.Post($"/api/admin/v1/red-packets/{packet}/closure")).Status);
    }

    [Fact]
    public async Task Only_a_packet_that_runs_can_be_closed_early()
    {
        var later = await House(amount: 100, parts: 2, opensAt: Now().AddMinutes(5));
        Assert.Equal("ended", (await Close(later)).Json.GetProperty("phase").GetString());
        await Ended(later);
        Assert.Equal(100, Number(await Audit(later), "refunded"));

        var over = await House(amount: 100, parts: 2);
        await Expire(over);
        await Ended(over);
        Assert.Equal((409, "red_packet_ended"), await StatusOf(Close(over)));
        Assert.Equal((404, "not_found"), await StatusOf(Close("rpk_0000000000000")));

        var byCommand = await House(amount: 100, parts: 2);
        var closed = await shops.Shops[0].Ask("redpacket", "close", byCommand);
        Assert.Equal("ended", closed.GetProperty("phase").GetString());
        await Ended(byCommand);
    }

    [Fact]
    public async Task A_persons_overview_shows_what_was_sent_and_grabbed_and_follows_it()
    {
        var (sender, grabber) = (await WithMoney(600), shops.NewShopper());
        Assert.Equal(0, Number(await Part(grabber), "grabbedParts"));
        var packet = await Send(sender, amount: 600, parts: 2, kind: "equal");
        await Grab(grabber, packet);

        await Eventually.IsTrue(async () => Number(await Part(grabber), "grabbedParts") == 1, "the part is shown");
        var grabbed = await Part(grabber);
        Assert.Equal(300, Number(grabbed.GetProperty("grabbedTotal")[0], "amount"));
        Assert.Equal(packet, grabbed.GetProperty("grabbed")[0].GetProperty("packetId").GetString());

        var sent = Assert.Single((await Part(sender)).GetProperty("sent").EnumerateArray());
        Assert.Equal((packet, false), (sent.GetProperty("id").GetString(), sent.GetProperty("ended").GetBoolean()));
        await Close(packet);
        await Eventually.IsTrue(
            async () => (await Part(sender)).GetProperty("sent")[0].GetProperty("ended").GetBoolean(), "its end is shown");
    }

    [Fact]
    public async Task Packets_come_in_as_a_file_and_the_same_file_again_sends_none()
    {
        var folder = RunningShop.NewFolder();
        var (file, opens) = (Path.Combine(folder, "packets.csv"), Now().AddMinutes(30).ToString("O"));
        await File.WriteAllTextAsync(file, $"""
            key,title,amount,currency,parts,kind,opens_at,closes_at
            friday-1,Friday,1000,GBP,10,equal,{opens},
            friday-2,,500,,5,,,
            """);

        var sent = await shops.Shops[0].Ask("redpacket", "import", file);
        Assert.Equal((2, 0), (Number(sent, "added"), sent.GetProperty("rejected").GetArrayLength()));
        var csv = shops.Services.GetRequiredService<PacketCsv>();
        Assert.Equal(2, (await Import()).Unchanged);
        var export = Path.Combine(folder, "export.csv");
        await CsvExport.Write(export, PacketCsv.Header, csv.Rows(CancellationToken.None), CancellationToken.None);
        var lines = await File.ReadAllLinesAsync(export);
        Assert.StartsWith("friday-1,Friday,1000,GBP,10,equal,", lines.Single(line => line.StartsWith("friday-1", StringComparison.Ordinal)));

        // What was written out changes nothing when it is read, and a row that says something else is refused.
        await File.WriteAllLinesAsync(file, [lines[0], .. lines.Where(line => line.StartsWith("friday", StringComparison.Ordinal))]);
        Assert.Equal(2, (await Import()).Unchanged);
        await File.WriteAllTextAsync(file, """
            key,title,amount,currency,parts,kind
            friday-2,Good luck,501,GBP,5,lucky
            ,Good luck,500,GBP,5,lucky
            friday-3,Good luck,500.5,GBP,5,lucky
            friday-4,Good luck,5,GBP,6,lucky
            friday-5,Good luck,500,GBP,5,fair
            """);
        var before = await Count("select count(*) from red_packets.packets");
        var report = await Import();
        Assert.Equal((0, 0), (report.Added, report.Unchanged));
        Assert.Equal([2, 3, 4, 5, 6], report.Rejected.Select(row => row.Line));
        Assert.Equal(before, await Count("select count(*) from red_packets.packets"));

        async Task<PacketViews.ImportReport> Import()
        {
            using var text = new StreamReader(file);
            return await csv.Import(text, CancellationToken.None);
        }
    }

    [Fact, Trait("kind", "fault"), Trait("length", "long")]
    public async Task Kills_in_the_middle_lose_and_double_nothing()
    {
        const int parts = 120;
        var packet = await House(amount: 50_000, parts);
        var people = Enumerable.Range(0, 200).Select(_ => shops.NewShopper()).ToList();
        var answered = 0;

        var grabbing = Task.WhenAll(people.Select(async person =>
        {
            var key = shops.NewKey();
            while (true)
            {
                try
                {
                    var answer = await Grab(person, packet, key);
                    if (answer.Status is < 500 and not 202)
                    {
                        Interlocked.Increment(ref answered);
                        return answer;
                    }
                }
                catch (HttpRequestException)
                {
                    // The process is gone; whether it had its effect is unknown: the same key again.
                }
                await Task.Delay(250);    // two hundred at once must not keep the process from starting
            }
        }));
        await Eventually.IsTrue(() => Volatile.Read(ref answered) > 10, "some have grabbed");
        await shops.Shops[1].Kill();
        await shops.Shops[1].Start();
        var answers = await grabbing;

        var won = answers.Where(answer => answer.Status == 201).Select(answer => answer.Json.GetProperty("grab")).ToList();
        Assert.Equal((parts, parts), (won.Count, won.Select(Ordinal).Distinct().Count()));
        Assert.Equal(50_000, won.Sum(Amount));
        await Ended(packet);
        for (var i = 0; i < people.Count; i++)
            Assert.Equal(answers[i].Status == 201 ? Amount(answers[i].Json.GetProperty("grab")) : 0, await Wallet(people[i]));
        var audit = await Audit(packet);
        Assert.True(audit.GetProperty("settled").GetBoolean() && audit.GetProperty("clean").GetBoolean(), $"{audit}");
    }

    [Fact]
    public async Task A_message_that_comes_again_credits_nobody_twice()
    {
        var packet = await House(amount: 300, parts: 3);
        var person = shops.NewShopper();
        var grab = await Grab(person, packet);
        Assert.True(PublicId.TryParse("rpg", grab.Json.GetProperty("grab").GetProperty("id").GetString(), out var claim));
        await Eventually.IsTrue(async () => await Wallet(person) > 0, "credited");

        await shops.Publish(new ClaimsMade
        {
            Pool = Id(packet),
            Kind = "red_packet",
            Kept = true,
            MadeAt = DateTimeOffset.UnixEpoch,
            Deadline = null,
            Ids = [claim],
            People = [person.Person],
            Quantities = [1],
            Ordinals = [1],
        });
        await Handled();

        Assert.Equal(Amount(grab.Json.GetProperty("grab")), await Wallet(person));
        Assert.Equal(1, Number(await Audit(packet), "writtenParts"));
    }

    [Fact]
    public async Task Nobody_sends_more_than_the_wallet_holds()
    {
        var sender = await WithMoney(100);
        var key = shops.NewKey();
        var body = Body(200, 2);

        Assert.Equal("red_packet_not_covered", (await sender.Post("/api/v1/red-packets", body, key)).Code);
        Assert.Equal(100, await Wallet(sender));
        await Fill(sender, 150);
        var sent = await sender.Post("/api/v1/red-packets", body, key);    // the same request, now covered
        Assert.Equal(201, sent.Status);
        Assert.Equal(sent.Id, (await sender.Post("/api/v1/red-packets", body, key)).Id);
        Assert.Equal(50, await Wallet(sender));
        Assert.Equal("idempotency_key_reused", (await sender.Post("/api/v1/red-packets", Body(201, 2), key)).Code);
        Assert.Single((await sender.Get("/api/v1/red-packets")).Json.GetProperty("data").EnumerateArray());
    }

    [Fact]
    public async Task One_person_has_one_part_and_nobody_has_one_before_it_opens()
    {
        var packet = await House(amount: 100, parts: 2);
        var person = shops.NewShopper();
        var key = shops.NewKey();
        var first = await Grab(person, packet, key);
        Assert.Equal(first.Body, (await Grab(person, packet, key)).Body);
        Assert.Equal("red_packet_grabbed", (await Grab(person, packet)).Code);
        await Eventually.IsTrue(
            async () => (await person.Get($"/api/v1/red-packets/{packet}")).Json.GetProperty("yours").ValueKind
                == JsonValueKind.Object, "my part is shown");

        var later = await House(amount: 100, parts: 2, opensAt: Now().AddMinutes(5));
        Assert.Equal("red_packet_not_open", (await Grab(person, later)).Code);
        Assert.Equal("announced",
            (await person.Get($"/api/v1/red-packets/{later}")).Json.GetProperty("phase").GetString());
        Assert.Equal(401, (await Grab(shops.Stranger(), packet)).Status);
        Assert.Equal("idempotency_key_missing", (await person.Post($"/api/v1/red-packets/{packet}/grabs")).Code);
        Assert.Equal("invalid_request",
            (await person.Post($"/api/v1/red-packets/{packet}/grabs", """{"amount":1}""", shops.NewKey())).Code);
        Assert.Equal(404, (await Grab(person, "rpk_0000000000000")).Status);
    }

    [Theory]
    [InlineData("""{"amount":1}""", "amount")]
    [InlineData("""{"parts":0}""", "parts")]
    [InlineData("""{"parts":10001}""", "parts")]
    [InlineData("""{"kind":"fair"}""", "kind")]
    [InlineData("""{"currency":"pounds"}""", "currency")]
    [InlineData("""{"title":" "}""", "title")]
    [InlineData("""{"closesAt":"2020-01-01T00:00:00Z"}""", "closesAt")]
    [InlineData("""{"closesAt":"2099-01-01T00:00:00Z"}""", "closesAt")]
    [InlineData("""{"owner":1}""", "owner")]
    public async Task A_wrong_packet_is_refused_by_the_field(string change, string field)
    {
        var body = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(Body(200, 2))!;
        foreach (var property in JsonSerializer.Deserialize<JsonElement>(change).EnumerateObject())
            body[property.Name] = property.Value;

        var answer = await _sender.Value.Post("/api/v1/red-packets", JsonSerializer.Serialize(body), shops.NewKey());

        Assert.Equal((400, "invalid_request"), (answer.Status, answer.Code));
        Assert.True(answer.Json.GetProperty("errors").TryGetProperty(field, out _), answer.Body);
    }

    [Fact]
    public async Task Operators_see_count_and_export_packets()
    {
        var packet = await House(amount: 100, parts: 2);
        await Grab(shops.NewShopper(), packet);
        await Eventually.IsTrue(async () => Number(await Audit(packet), "writtenParts") == 1, "written");
        var file = Path.Combine(RunningShop.NewFolder(), "grabs.csv");

        var audit = await shops.Shops[0].Ask("redpacket", "audit", packet);
        var listed = await shops.Shops[0].Ask("redpacket", "list");    // by a process that never met the packet
        Assert.Equal(1, Number(
            listed.GetProperty("data").EnumerateArray().Single(one => one.GetProperty("id").GetString() == packet), "left"));
        await shops.Shops[0].Ask("redpacket", "grabs", packet, file);

        Assert.True(audit.GetProperty("clean").GetBoolean());
        Assert.Equal(100, Number(audit, "credited") + Number(audit, "left"));
        Assert.Equal(2, (await File.ReadAllLinesAsync(file)).Length);
        Assert.Equal(200, (await shops.AsAdmin("GET", "/api/admin/v1/red-packets")).Status);
        Assert.Equal(403, (await shops.NewShopper().Get("/api/admin/v1/red-packets")).Status);
    }

    [Fact]
    public async Task A_person_takes_packets_along_and_is_forgotten()
    {
        var packet = await House(amount: 100, parts: 2);
        var person = shops.NewShopper();
        await Grab(person, packet);
        await Eventually.IsTrue(async () => await Wallet(person) > 0 && await Rows() == 1, "written");
        var data = shops.Services.GetServices<IPersonalData>().Single(part => part.Name == "redPackets");
        var export = JsonDocument.Parse(await data.Export(person.Person, CancellationToken.None)).RootElement;
        Assert.Equal(packet, export.GetProperty("grabbed")[0].GetProperty("packetId").GetString());

        await shops.Publish(new PersonErased { Person = person.Person, At = DateTimeOffset.UnixEpoch });
        await Eventually.IsTrue(async () => await Rows() == 0, "forgotten");
        Assert.True((await Audit(packet)).GetProperty("clean").GetBoolean());

        Task<long> Rows() => Count($"select count(*) from red_packets.grabs where person = {person.Person}");
    }

    private readonly Lazy<Shopper> _sender = new(shops.NewShopper);

    private async Task<string> House(long amount, int parts, DateTimeOffset? opensAt = null)
    {
        var sent = await shops.AsAdmin("POST", "/api/admin/v1/red-packets", Body(amount, parts, opensAt: opensAt));
        Assert.True(sent.Status == 201, sent.Body);
        return sent.Id;
    }

    private async Task<string> Send(Shopper sender, long amount, int parts, string kind)
    {
        var sent = await sender.Post("/api/v1/red-packets", Body(amount, parts, kind), shops.NewKey());
        Assert.True(sent.Status == 201, sent.Body);
        return sent.Id;
    }

    private static string Body(long amount, int parts, string kind = "lucky", DateTimeOffset? opensAt = null) =>
        JsonSerializer.Serialize(new { title = "Good luck", amount, currency = "GBP", parts, kind, opensAt });

    private async Task<Shopper> WithMoney(long minor)
    {
        var person = shops.NewShopper();
        await Fill(person, minor);
        return person;
    }

    private async Task Fill(Shopper person, long minor) => Assert.Equal(BookOutcome.Done, await Books.Post(
        BookEntry.Move(
            $"test:{shops.NewKey()}", "test", Now(), "GBP", minor, BookAccounts.OfHouse("test"),
            BookAccounts.OfPerson(person.Person)), CancellationToken.None));

    private Task<Reply> Grab(Shopper person, string packet, string? key = null) =>
        person.Post($"/api/v1/red-packets/{packet}/grabs", key: key ?? shops.NewKey());

    private static async Task<List<JsonElement>> Grabs(Shopper person, string packet, int limit = 100)
    {
        var all = new List<JsonElement>();
        for (string? after = ""; after is not null;)
        {
            var page = await person.Get($"/api/v1/red-packets/{packet}/grabs?limit={limit}{after}");
            Assert.True(page.Status == 200, page.Body);
            all.AddRange(page.Json.GetProperty("data").EnumerateArray());
            after = page.Json.GetProperty("page").GetProperty("nextCursor").GetString() is { } next ? $"&after={next}" : null;
        }
        return all;
    }

    /// <summary>As if its time were over; the pool's clock is PostgreSQL's.</summary>
    private Task<long> Expire(string packet) => Count(
        $"""
        with expired as (
          update red_packets.packets set opens_at = now() - interval '2 days', closes_at = now() - interval '1 day'
          where id = {Id(packet)} returning id)
        select count(*) from expired
        """);

    private Task Ended(string packet) => Eventually.IsTrue(
        async () => await Count($"select count(*) from red_packets.packets where state = 2 and id = {Id(packet)}") == 1,
        "the packet has ended");

    private Task Handled() => Eventually.IsTrue(
        async () => await Count("select count(*) from messaging.outbox") == 0, "all messages are handled");

    private Task<Reply> Close(string packet) => shops.AsAdmin("POST", $"/api/admin/v1/red-packets/{packet}/closure");

    private static async Task<(int, string?)> StatusOf(Task<Reply> reply) => ((await reply).Status, (await reply).Code);

    private static async Task<JsonElement> Part(Shopper person) =>
        (await person.Get("/api/v1/me/overview")).Json.GetProperty("redPackets");

    private async Task<long> Count(string sql)
    {
        await using var command = shops.Sql.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private Task<long> Wallet(Shopper person) =>
        Books.Balance(BookAccounts.OfPerson(person.Person), "GBP", CancellationToken.None);

    private async Task<JsonElement> Audit(string packet) =>
        (await shops.AsAdmin("GET", $"/api/admin/v1/red-packets/{packet}/audit")).Json;

    private static DateTimeOffset Now() => TimeProvider.System.GetUtcNow();

    private static long Id(string packet) => PublicId.TryParse("rpk", packet, out var id) ? id : 0;

    private static long Ordinal(JsonElement grab) => Number(grab, "ordinal");

    private static long Amount(JsonElement grab) => Number(grab, "amount");

    private static long Number(JsonElement json, string name) => json.GetProperty(name).GetInt64();
}
