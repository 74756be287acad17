using System.Text.Json;
using Doorbuster.Carts;
using Doorbuster.Catalog;
using Doorbuster.Catalog.Import;
using Doorbuster.Contracts.Coupons;
using Doorbuster.Contracts.Orders;
using Doorbuster.Contracts.People;
using Doorbuster.Coupons;
using Doorbuster.IntegrationTests.Orders;
using Doorbuster.Platform;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.IntegrationTests.Coupons;

public sealed class CouponTests(TwoShops shops) : IClassFixture<TwoShops>
{
    private static readonly CouponGood[] Mug = [new("MUG", 1, 1, 1, 2_000, "GBP")];

    private static readonly string[] Skus = ["A", "B"];

    private static int _handles;

    private ICoupons Coupons => shops.Services.GetRequiredService<ICoupons>();

    private Ids Ids => shops.Services.GetRequiredService<Ids>();

    [Fact]
    public async Task Two_hundred_people_at_once_get_exactly_the_fifty_coupons_and_each_sees_it_at_once()
    {
        var template = await Template(new { total = 50 });
        var people = Enumerable.Range(0, 200).Select(_ => shops.NewShopper()).ToList();
        var keys = people.ConvertAll(_ => shops.NewKey());

        // Everybody clicks twice, with the same key.
        var answers = await Task.WhenAll(people.Zip(keys).SelectMany(p => new[]
        {
            Seen(p.First, p.Second), Seen(p.First, p.Second),
        }));

        Assert.Equal(100, answers.Count(answer => answer.Status == 201));
        Assert.Equal(300, answers.Count(answer => answer.Code == "coupons_gone"));
        Assert.Equal(50, answers.Where(answer => answer.Status == 201).Select(answer => answer.Id).Distinct().Count());
        await Eventually.IsTrue(
            async () => (await Audit(template)).GetProperty("written").GetInt64() == 50, "all coupons are written");
        var audit = await Audit(template);
        Assert.Equal((50, 0, 50), (Number(audit, "claimed"), Number(audit, "free"), Number(audit, "usable")));
        Assert.True(audit.GetProperty("clean").GetBoolean());

        async Task<Reply> Seen(Shopper person, string key)
        {
            var answer = await person.Post($"/api/v1/coupon-offers/{template}/claims", key: key);
            if (answer.Status == 201)
            {
                Assert.Contains(answer.Id, (await person.Get("/api/v1/me/coupons")).Body, StringComparison.Ordinal);
                Assert.Equal(200, (await person.Get($"/api/v1/me/coupons/{answer.Id}")).Status);
            }
            return answer;
        }
    }

    [Fact]
    public async Task Of_five_checkouts_at_once_exactly_one_has_the_coupon()
    {
        var (person, coupon) = await Claimed();
        for (var round = 0; round < 10; round++)
        {
            var checkouts = Enumerable.Range(0, 5).Select(_ => Ids.Next()).ToArray();
            var reserved = await Task.WhenAll(checkouts.Select(checkout => Reserve(person, coupon, checkout)));

            Assert.Single(reserved, true);
            var winner = checkouts[Array.IndexOf(reserved, true)];
            Assert.True(await Reserve(person, coupon, winner));    // the same again: no effect
            await Coupons.Release(winner, CancellationToken.None);
        }
        Assert.True(await Reserve(person, coupon, Ids.Next()));
    }

    [Fact]
    public async Task Of_five_orders_at_once_with_one_coupon_exactly_one_has_it_and_cancelling_gives_it_back()
    {
        await DemoShipping.Seed(shops.Services, CancellationToken.None);
        var row = new CatalogRow
        {
            Sku = "COUPON-LAMP",
            Product = "COUPON-LAMP",
            Title = "A lamp",
            Category = "Gifts",
            PriceMinor = 2_000,
            Currency = "GBP",
            Stock = 100,
        };
        await shops.Services.GetRequiredService<CatalogImport>().FromRows([row], "coupons", CancellationToken.None);
        var (person, coupon) = await Claimed();
        var body = JsonSerializer.Serialize(new
        {
            items = new[] { new { sku = row.Sku, quantity = 1 } },
            shipTo = new { name = "Ada L", line1 = "1 Main Street", city = "London", postalCode = "N1 1AA", country = "GB" },
            shippingMethod = "standard",
            coupons = new[] { PublicId.Format("cpn", coupon) },
        });
        var checkouts = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ =>
            person.PostUntilAnswered("/api/v1/checkouts", body, shops.NewKey())));
        Assert.All(checkouts, checkout => Assert.True(checkout.Status == 201, checkout.Body));

        var orders = await Task.WhenAll(checkouts.Select(checkout =>
            person.PostUntilAnswered($"/api/v1/checkouts/{checkout.Id}/order", key: shops.NewKey())));

        var order = Assert.Single(orders, answer => answer.Status == 201);
        Assert.All(orders.Where(answer => answer != order), answer => Assert.Equal(409, answer.Status));
        await Eventually.IsTrue(async () => await StateOf(person, coupon) == "ordered", "bound");
        var placed = (await person.Get($"/api/v1/me/coupons/{PublicId.Format("cpn", coupon)}")).Json
            .GetProperty("orderId").GetString();
        Assert.Contains(placed!, order.Body, StringComparison.Ordinal);

        Assert.Equal(200, (await person.Post($"/api/v1/orders/{placed}/cancellation")).Status);
        await Eventually.IsTrue(async () => await StateOf(person, coupon) == "usable", "returned");
    }

    [Fact]
    public async Task A_coupon_is_consumed_when_paid_and_never_returned_twice()
    {
        var (person, coupon) = await Claimed();
        var (checkout, order) = (Ids.Next(), Ids.NextFor(person.Person));
        Assert.True(await Reserve(person, coupon, checkout));
        await Move("placed", person, order, checkout);
        await Eventually.IsTrue(async () => await StateOf(person, coupon) == "ordered", "bound");
        Assert.Equal("coupon_used", (await Quote(person, coupon)).Refused[coupon]);

        await Move("paid", person, order, checkout);
        await Eventually.IsTrue(async () => await StateOf(person, coupon) == "used", "used");
        await Move("refunded", person, order, checkout);    // this template does not return on refund
        await Handled();
        Assert.Equal("used", await StateOf(person, coupon));
    }

    [Fact]
    public async Task A_cancelled_order_gives_the_coupon_back_exactly_once_in_whatever_order_its_messages_come()
    {
        var (person, coupon) = await Claimed();
        var (checkout, order) = (Ids.Next(), Ids.NextFor(person.Person));
        Assert.True(await Reserve(person, coupon, checkout));
        await Move("cancelled", person, order, checkout);
        await Eventually.IsTrue(async () => await StateOf(person, coupon) == "usable", "returned");

        // Another checkout has it now; what is left of the first one must not take or return it.
        var second = Ids.Next();
        Assert.True(await Reserve(person, coupon, second));
        await Move("placed", person, order, checkout);
        await Move("cancelled", person, order, checkout);
        await Handled();
        Assert.False(await Reserve(person, coupon, checkout));    // the second has it
        Assert.Equal("reserved", await StateOf(person, coupon));
        await Move("paid", person, Ids.NextFor(person.Person), second);
        await Eventually.IsTrue(async () => await StateOf(person, coupon) == "used", "used by the second");
    }

    [Fact]
    public async Task A_checkout_whose_first_order_ended_keeps_the_coupon_for_its_second()
    {
        var (person, coupon) = await Claimed();
        var (checkout, first, second) = (Ids.Next(), Ids.NextFor(person.Person), Ids.NextFor(person.Person));
        Assert.True(await Reserve(person, coupon, checkout));
        await Move("placed", person, first, checkout);
        await Move("cancelled", person, first, checkout);
        await Eventually.IsTrue(async () => await StateOf(person, coupon) == "usable", "returned");
        Assert.True(await Reserve(person, coupon, checkout));
        await Move("placed", person, second, checkout);
        await Eventually.IsTrue(async () => await StateOf(person, coupon) == "ordered", "bound to the second");
        await Move("cancelled", person, first, checkout);    // again
        await Move("placed", person, first, checkout);
        await Handled();
        Assert.Equal("ordered", await StateOf(person, coupon));

        // The end of one is heard after the other reserved: who is heard of last has it.
        var (racing, lost, kept) = (Ids.Next(), Ids.NextFor(person.Person), Ids.NextFor(person.Person));
        await Move("cancelled", person, second, checkout);
        await Eventually.IsTrue(async () => await StateOf(person, coupon) == "usable", "returned");
        Assert.True(await Reserve(person, coupon, racing));
        await Move("cancelled", person, lost, racing);
        await Eventually.IsTrue(async () => await StateOf(person, coupon) == "usable", "returned");
        await Move("paid", person, kept, racing);
        await Eventually.IsTrue(async () => await StateOf(person, coupon) == "used", "used by the order that is paid");
    }

    [Fact]
    public async Task A_whole_refund_returns_the_coupon_where_the_template_says_so_and_a_part_does_not()
    {
        var (person, coupon) = await Claimed(new { returnsOnRefund = true });
        var (checkout, order) = (Ids.Next(), Ids.NextFor(person.Person));
        Assert.True(await Reserve(person, coupon, checkout));
        await Move("paid", person, order, checkout);
        await Move("refunded", person, order, checkout, refunded: 1_999);
        await Eventually.IsTrue(async () => await StateOf(person, coupon) == "used", "used");
        await Handled();
        Assert.Equal("used", await StateOf(person, coupon));

        await Move("refunded", person, order, checkout);
        await Eventually.IsTrue(async () => await StateOf(person, coupon) == "usable", "returned");
    }

    [Fact]
    public async Task A_reservation_that_ran_out_is_free_by_itself()
    {
        var (person, coupon) = await Claimed();
        var left = Ids.Next();
        Assert.True(await Coupons.TryReserve(
            person.Person, [coupon], left, DateTimeOffset.UnixEpoch, CancellationToken.None));

        Assert.Equal("usable", await StateOf(person, coupon));
        Assert.True(await Reserve(person, coupon, Ids.Next()));
        Assert.False(await Reserve(person, coupon, left));
    }

    [Fact]
    public async Task All_coupons_of_a_checkout_are_reserved_or_none()
    {
        var (person, mine) = await Claimed(new { stackable = true });
        var (_, others) = await Claimed(new { stackable = true });

        Assert.False(await Coupons.TryReserve(
            person.Person, [mine, others], Ids.Next(), Soon(), CancellationToken.None));
        Assert.Equal("usable", await StateOf(person, mine));
        Assert.Equal("coupon_unknown", (await Quote(person, others)).Refused[others]);
        Assert.Equal(404, (await person.Get($"/api/v1/me/coupons/{PublicId.Format("cpn", others)}")).Status);
    }

    [Fact]
    public async Task A_quote_tells_what_a_coupon_takes_off()
    {
        var (person, coupon) = await Claimed();

        var quote = await Quote(person, coupon);

        Assert.Empty(quote.Refused);
        Assert.Equal((coupon, 300), (quote.Discounts[0].Coupon, quote.Discounts[0].AmountMinor));
        Assert.Equal([300], quote.Discounts[0].ByGood);
        Assert.Equal(
            "coupon_not_applicable", (await Coupons.Quote(
                person.Person, [coupon], [Mug[0] with { Currency = "EUR" }], CancellationToken.None)).Refused[coupon]);
    }

    [Fact]
    public async Task A_code_for_all_gives_each_person_one_coupon()
    {
        var handle = NewHandle();
        await Template(new { claimBy = "code" }, handle);
        var person = shops.NewShopper();

        var first = await Redeem(person, $" {handle.ToLowerInvariant()} ");
        Assert.Equal(201, first.Status);
        Assert.Equal("coupon_limit_reached", (await Redeem(person, handle)).Code);
        Assert.Equal(201, (await Redeem(shops.NewShopper(), handle)).Status);
        Assert.Equal("coupon_code_unknown", (await Redeem(person, "NOBODY-KNOWS")).Code);
    }

    [Fact]
    public async Task A_code_of_its_own_gives_one_coupon_to_whoever_is_first()
    {
        var template = await Template(new { claimBy = "codes" });
        var path = $"/api/admin/v1/coupon-templates/{template}/codes";
        var key = shops.NewKey();
        var made = await shops.AsAdmin("POST", path, new { count = 3 }, key);
        Assert.True(made.Status == 201, made.Body);
        Assert.Equal(3, (await shops.AsAdmin("POST", path, new { count = 3 }, key)).Json.GetProperty("total").GetInt32());
        var codes = (await shops.AsAdmin("GET", path)).Json.GetProperty("data").EnumerateArray()
            .Select(code => code.GetProperty("value").GetString()!).ToList();
        Assert.Equal(3, codes.Distinct().Count());

        var people = Enumerable.Range(0, 10).Select(_ => shops.NewShopper()).ToList();
        var answers = await Task.WhenAll(people.Select(person => Redeem(person, codes[0])));
        Assert.Single(answers, answer => answer.Status == 201);
        Assert.Equal(9, answers.Count(answer => answer.Code == "coupon_code_taken"));

        // Whoever has it may send it again; whoever was refused leaves it to others.
        var winner = people[Array.FindIndex(answers, answer => answer.Status == 201)];
        Assert.Equal(answers.Single(answer => answer.Status == 201).Id, (await Redeem(winner, codes[0])).Id);
        Assert.Equal("coupon_limit_reached", (await Redeem(winner, codes[1])).Code);
        Assert.Equal(201, (await Redeem(people.First(person => person != winner), codes[1])).Status);

        var csv = Path.Combine(RunningShop.NewFolder(), "codes.csv");
        await shops.Shops[0].Ask("coupon", "codes", template, csv, "--generate", "2");
        var lines = await File.ReadAllLinesAsync(csv);
        Assert.Equal(("code,taken_at", 6), (lines[0], lines.Length));
        Assert.Equal(3, lines.Count(line => line.EndsWith(',')));    // not taken yet
    }

    [Fact]
    public async Task Codes_leave_and_come_in_as_a_file_whole_or_not_at_all()
    {
        var (template, other) = (await Template(new { claimBy = "codes" }), await Template(new { claimBy = "codes" }));
        await shops.AsAdmin("POST", Codes(template), new { count = 2 });
        await shops.AsAdmin("POST", Codes(other), new { count = 1 });
        var file = await shops.AsAdmin("GET", Codes(template) + "/file");
        var lines = file.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal((200, "code,taken_at", 3), (file.Status, lines[0], lines.Length));
        var foreign = (await shops.AsAdmin("GET", Codes(other) + "/file")).Body.Split('\n')[1];

        // What was taken out changes nothing; new ones are good at once, however they are typed.
        Assert.Equal((0, 2, 2), Counts(await Put(file.Body)));
        Assert.Equal((2, 1, 4), Counts(await Put($"Code\nabcd-efgh-jkmn-0001\n{lines[1].Split(',')[0]}\nABCDEFGHJKMN000O\n")));
        var person = shops.NewShopper();
        Assert.Equal(201, (await Redeem(person, "ABCD EFGH JKMN 0001")).Status);
        Assert.Contains("ABCD-EFGH-JKMN-0001,2", (await shops.AsAdmin("GET", Codes(template) + "/file")).Body, StringComparison.Ordinal);

        foreach (var wrong in new[]
        {
            "", "code", "code\n", "name\nABCD-EFGH-JKMN-0003", "code,code\nABCD-EFGH-JKMN-0003,x", "code,surprise\nABCD-EFGH-JKMN-0003,x",
            "code\nABCD-EFGH-JKMN-0003\nABCD-EFGH", "code\nABCD-EFGH-JKMN-0003\nABCDEFGHJKMN0003", "code\nABCD-EFGH-JKMN-000U",
            "code\n\"ABCD-EFGH-JKMN-0003\nABCD-EFGH-JKMN-0004",
        })
        {
            var refused = await Put(wrong);
            Assert.True((400, "invalid_request") == (refused.Status, refused.Code), $"{wrong}: {refused.Body}");
        }
        Assert.Equal("coupon_codes_elsewhere", (await Put($"code\nABCD-EFGH-JKMN-0003\n{foreign.Split(',')[0]}")).Code);
        Assert.Equal(413, await StatusOrCut(Put("code\n" + new string('x', 7_000_000))));
        Assert.Equal(4, (await shops.AsAdmin("GET", Codes(template))).Json.GetProperty("data").GetArrayLength());

        var clicked = await Template(new { });
        Assert.Equal("coupon_has_no_codes", (await shops.AsAdmin("GET", Codes(clicked) + "/file")).Code);
        Assert.Equal("coupon_has_no_codes", (await shops.AsAdmin("PUT", Codes(clicked) + "/file", "code\nABCD-EFGH-JKMN-0003")).Code);
        Assert.Equal(404, (await shops.AsAdmin("GET", Codes("cpt_0000000000000") + "/file")).Status);
        Assert.Equal(403, (await person.Get(Codes(template) + "/file")).Status);

        Task<Reply> Put(string csv) => shops.AsAdmin("PUT", Codes(template) + "/file", csv);

        // Refused before it is read to its end: whoever still sends then finds the connection closed.
        static async Task<int> StatusOrCut(Task<Reply> put)
        {
            try
            {
                return (await put).Status;
            }
            catch (HttpRequestException error) when (error.InnerException is IOException)
            {
                return 413;
            }
        }

        static string Codes(string template) => $"/api/admin/v1/coupon-templates/{template}/codes";

        static (long, long, long) Counts(Reply reply) =>
            (Number(reply.Json, "added"), Number(reply.Json, "unchanged"), Number(reply.Json, "total"));
    }

    [Theory]
    [InlineData("POST", "codes", """{"count":0}""", "count")]
    [InlineData("POST", "codes", """{"count":10001}""", "count")]
    [InlineData("POST", "codes", """{}""", "count")]
    [InlineData("PATCH", "", """{"total":0}""", "total")]
    [InlineData("PATCH", "", """{"title":""}""", "title")]
    [InlineData("PATCH", "", """{"state":"gone"}""", "state")]
    [InlineData("PATCH", "", """{"usableUntil":"yesterday"}""", "usableUntil")]
    [InlineData("PATCH", "", """{"amount":5}""", "amount")]
    [InlineData("GET", "codes?limit=0", null, "limit")]
    [InlineData("GET", "codes?limit=1001", null, "limit")]
    public async Task Nonsense_about_a_template_is_refused_by_the_field(string method, string path, string? body, string field)
    {
        var template = $"/api/admin/v1/coupon-templates/{await Template(new { claimBy = "codes" })}";
        var tag = (await shops.AsAdmin("GET", template)).ETag;

        var answer = await shops.AsAdmin(method, $"{template}/{path}".TrimEnd('/'), body, ifMatch: method == "PATCH" ? tag : null);

        Assert.True((400, "invalid_request") == (answer.Status, answer.Code), answer.Body);
        Assert.True(answer.Json.GetProperty("errors").TryGetProperty(field, out _), answer.Body);
        Assert.Equal(tag, (await shops.AsAdmin("GET", template)).ETag);
    }

    [Theory]
    [InlineData("""{"code":""}""", 404, "coupon_code_unknown")]
    [InlineData("""{"code":"\u0000"}""", 404, "coupon_code_unknown")]
    [InlineData("""{"code":"ABCD-EFGH-JKMN-0009"}""", 404, "coupon_code_unknown")]
    [InlineData("""{"code":null}""", 400, "invalid_request")]
    [InlineData("""{"code":5}""", 400, "invalid_request")]
    [InlineData("""{}""", 400, "invalid_request")]
    [InlineData("""{"code":"A","coupon":"B"}""", 400, "invalid_request")]
    public async Task Nonsense_for_a_code_gives_nothing(string body, int status, string code)
    {
        var person = shops.NewShopper();
        var answer = await person.Post("/api/v1/me/coupons", body, shops.NewKey());
        Assert.True((status, code) == (answer.Status, answer.Code) || status == 404 && answer.Code == "invalid_request", answer.Body);
        Assert.Equal(0, await Rows(person.Person));
        Assert.Equal(404, (await person.Get("/api/v1/me/coupons/cpn_0000000000001")).Status);
        Assert.Equal(400, (await person.Get("/api/v1/me/coupons?limit=0")).Status);
        Assert.Equal("invalid_cursor", (await person.Get("/api/v1/me/coupons?after=x")).Code);
    }

    [Fact]
    public async Task Templates_are_changed_by_version_and_never_below_what_is_claimed()
    {
        var (person, _) = await Claimed(new { total = 5 });
        var read = await shops.AsAdmin("GET", "/api/admin/v1/coupon-templates?limit=1");
        var id = read.Json.GetProperty("data")[0].GetProperty("id").GetString();
        var path = $"/api/admin/v1/coupon-templates/{id}";
        var tag = (await shops.AsAdmin("GET", path)).ETag!;

        Assert.Equal(428, (await shops.AsAdmin("PATCH", path, new { total = 6 })).Status);
        Assert.Equal("coupon_version_outdated",
            (await shops.AsAdmin("PATCH", path, new { total = 6 }, ifMatch: "\"99\"")).Code);
        Assert.Equal(200, (await shops.AsAdmin("PATCH", path, new { total = 6 }, ifMatch: tag)).Status);
        Assert.Equal("coupon_version_outdated",
            (await shops.AsAdmin("PATCH", path, new { total = 7 }, ifMatch: tag)).Code);
        tag = (await shops.AsAdmin("GET", path)).ETag!;
        Assert.Equal("invalid_request", (await shops.AsAdmin("PATCH", path, new { total = 0 }, ifMatch: tag)).Code);
        var closed = await shops.AsAdmin("PATCH", path, new { state = "closed" }, ifMatch: tag);
        Assert.Equal("closed", closed.Json.GetProperty("state").GetString());
        Assert.Equal("coupon_template_closed",
            (await shops.AsAdmin("PATCH", path, new { state = "open" }, ifMatch: closed.ETag)).Code);
        Assert.Equal("coupons_closed", (await shops.NewShopper().Post(
            $"/api/v1/coupon-offers/{id}/claims", key: shops.NewKey())).Code);
        Assert.Equal(1, (await person.Get("/api/v1/me/coupons?state=usable")).Json.GetProperty("data").GetArrayLength());
    }

    [Theory]
    [InlineData("""{"handle":"x"}""", "handle")]
    [InlineData("""{"amount":0}""", "amount")]
    [InlineData("""{"percentBasisPoints":1000}""", "amount")]
    [InlineData("""{"cap":5}""", "cap")]
    [InlineData("""{"currency":"gbp"}""", "currency")]
    [InlineData("""{"total":0}""", "total")]
    [InlineData("""{"limitPerPerson":0}""", "limitPerPerson")]
    [InlineData("""{"validSeconds":0}""", "validSeconds")]
    [InlineData("""{"closesAt":"2020-01-01T00:00:00Z"}""", "closesAt")]
    [InlineData("""{"skus":["A"],"categories":["b"]}""", "skus")]
    [InlineData("""{"claimBy":"magic"}""", "claimBy")]
    [InlineData("""{"surprise":1}""", "surprise")]
    public async Task A_wrong_template_is_refused_by_the_field(string change, string field)
    {
        var body = Merge(Body(NewHandle()), JsonSerializer.Deserialize<JsonElement>(change));
        var answer = await shops.AsAdmin("POST", "/api/admin/v1/coupon-templates", body);

        Assert.Equal((400, "invalid_request"), (answer.Status, answer.Code));
        Assert.True(answer.Json.GetProperty("errors").TryGetProperty(field, out _), answer.Body);
    }

    [Fact]
    public async Task The_same_key_finds_the_same_template_and_a_handle_is_given_once()
    {
        var (key, body) = (shops.NewKey(), Body(NewHandle()));
        var first = await shops.AsAdmin("POST", "/api/admin/v1/coupon-templates", body, key);
        var again = await shops.AsAdmin("POST", "/api/admin/v1/coupon-templates", body, key);

        Assert.Equal((201, 201), (first.Status, again.Status));
        Assert.Equal(first.Id, again.Id);
        Assert.Equal("coupon_handle_taken",
            (await shops.AsAdmin("POST", "/api/admin/v1/coupon-templates", body)).Code);
        Assert.Equal("idempotency_key_reused",
            (await shops.AsAdmin("POST", "/api/admin/v1/coupon-templates", Body(NewHandle()), key)).Code);
    }

    [Fact]
    public async Task Templates_leave_and_come_back_as_a_file_that_changes_nothing()
    {
        await Template(new { total = 9, skus = Skus, minimum = 50 });
        var file = Path.Combine(RunningShop.NewFolder(), "coupons.csv");
        var program = shops.Shops[0];
        await program.Ask("coupon", "export", file);
        using (var text = new StreamReader(file))
        {
            var again = await shops.Services.GetRequiredService<TemplateCsv>().Import(text, "test", CancellationToken.None);
            Assert.Equal((0, 0, 0), (again.Added, again.Changed, again.Rejected.Count));
            Assert.True(again.Unchanged > 0);
        }

        await File.WriteAllTextAsync(file, $"handle,title,claim_by,currency,amount\n{NewHandle()},New,click,GBP,100\n");
        Assert.Equal(1, Number(await program.Ask("coupon", "import", file), "added"));
    }

    [Fact]
    public async Task A_person_takes_coupons_along_and_is_forgotten()
    {
        var (person, coupon) = await Claimed();
        var parts = shops.Services.GetServices<IOverviewPart>().Single(part => part.Name == "coupons");
        var overview = JsonDocument.Parse(await parts.Load(
            person.Person, new Dictionary<string, ReadOnlyMemory<byte>>(), CancellationToken.None)).RootElement;
        Assert.Equal(1, Number(overview, "usable"));
        var data = shops.Services.GetServices<IPersonalData>().Single(part => part.Name == "coupons");
        var export = JsonDocument.Parse(await data.Export(person.Person, CancellationToken.None)).RootElement;
        Assert.Equal(PublicId.Format("cpn", coupon), export[0].GetProperty("id").GetString());

        await Eventually.IsTrue(async () => await Rows(person.Person) == 1, "written");
        await Handled();
        await shops.Publish(new PersonErased { Person = person.Person, At = DateTimeOffset.UnixEpoch });
        await Eventually.IsTrue(async () => await Rows(person.Person) == 0, "forgotten");
    }

    [Fact]
    public async Task Strangers_claim_nothing()
    {
        var template = await Template(new { });
        Assert.Equal(401, (await shops.Stranger().Post($"/api/v1/coupon-offers/{template}/claims", key: "k")).Status);
        Assert.Equal(403, (await shops.NewShopper().Get("/api/admin/v1/coupon-templates")).Status);
        Assert.Equal("idempotency_key_missing",
            (await shops.NewShopper().Post($"/api/v1/coupon-offers/{template}/claims")).Code);
        Assert.Equal(404, (await shops.NewShopper().Post("/api/v1/coupon-offers/cpt_0000000000000/claims", key: "k")).Status);
        Assert.Equal(200, (await shops.Stranger().Get("/api/v1/coupon-offers")).Status);
    }

    private async Task<long> Rows(long person)
    {
        await using var command = shops.Sql.CreateCommand("select count(*) from coupons.coupons where person = $1");
        command.Parameters.Add(new() { Value = person });
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private async Task<string> Template(object change, string? handle = null)
    {
        var made = await shops.AsAdmin(
            "POST", "/api/admin/v1/coupon-templates",
            Merge(Body(handle ?? NewHandle()), JsonSerializer.SerializeToElement(change)));
        Assert.True(made.Status == 201, made.Body);
        return made.Id;
    }

    private async Task<(Shopper Person, long Coupon)> Claimed(object? change = null)
    {
        var template = await Template(change ?? new { });
        var person = shops.NewShopper();
        var claimed = await person.Post($"/api/v1/coupon-offers/{template}/claims", key: shops.NewKey());
        Assert.True(claimed.Status == 201, claimed.Body);
        Assert.True(PublicId.TryParse("cpn", claimed.Id, out var coupon));
        return (person, coupon);
    }

    private static Dictionary<string, object> Body(string handle) => new()
    {
        ["handle"] = handle,
        ["title"] = "£3 off",
        ["claimBy"] = "click",
        ["currency"] = "GBP",
        ["amount"] = 300,
    };

    private static Dictionary<string, object> Merge(Dictionary<string, object> body, JsonElement change)
    {
        foreach (var property in change.EnumerateObject())
            body[property.Name] = property.Value;
        return body;
    }

    private static string NewHandle() => $"COUPON-{Interlocked.Increment(ref _handles)}";

    private Task<Reply> Redeem(Shopper person, string code) =>
        person.Post("/api/v1/me/coupons", $$"""{"code":"{{code}}"}""", shops.NewKey());

    private Task<bool> Reserve(Shopper person, long coupon, long checkout) =>
        Coupons.TryReserve(person.Person, [coupon], checkout, Soon(), CancellationToken.None);

    private Task<CouponQuote> Quote(Shopper person, long coupon) =>
        Coupons.Quote(person.Person, [coupon], Mug, CancellationToken.None);

    private static DateTimeOffset Soon() => TimeProvider.System.GetUtcNow().AddMinutes(5);

    private static async Task<string?> StateOf(Shopper person, long coupon) =>
        (await person.Get($"/api/v1/me/coupons/{PublicId.Format("cpn", coupon)}")).Json.GetProperty("state").GetString();

    private Task Move(string to, Shopper person, long order, long checkout, long refunded = 2_000) =>
        shops.Publish(new OrdersMoved
        {
            To = to,
            Reason = "test",
            At = DateTimeOffset.UnixEpoch,
            Orders = [new OrderFact(order, person.Person, "stock", "GBP", 2_000, [], DateTimeOffset.UnixEpoch, checkout,
                to == "refunded" ? refunded : 0)],
        });

    /// <summary>Until nothing is left in the outbox.</summary>
    private Task Handled() => Eventually.IsTrue(async () =>
    {
        await using var command = shops.Sql.CreateCommand("select count(*) from messaging.outbox");
        return (long)(await command.ExecuteScalarAsync())! == 0;
    }, "all messages are handled");

    private async Task<JsonElement> Audit(string template) =>
        (await shops.AsAdmin("GET", $"/api/admin/v1/coupon-templates/{template}/audit")).Json;

    private static long Number(JsonElement json, string name) => json.GetProperty(name).GetInt64();
}
