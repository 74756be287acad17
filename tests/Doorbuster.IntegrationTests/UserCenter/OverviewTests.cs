using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Doorbuster.Catalog;
using Doorbuster.Catalog.Import;
using Doorbuster.Contracts.Orders;
using Doorbuster.Contracts.People;
using Doorbuster.IntegrationTests.Web;
using Doorbuster.Platform;
using Doorbuster.UserCenter;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.IntegrationTests.UserCenter;

public sealed class OverviewTests(OverviewTests.MadeShop shop) : IClassFixture<OverviewTests.MadeShop>
{
    private const string Path = "/api/v1/me/overview";

    [Fact]
    public async Task One_answer_has_every_part_and_the_next_one_comes_from_the_cache()
    {
        var me = await shop.NewPerson();
        var first = await me.Get(Path);
        Assert.Equal(200, first.Status);
        Assert.Equal("1", first.Json.GetProperty("one").GetString());
        Assert.Equal("two of 1", first.Json.GetProperty("two").GetString()![..8]);
        Assert.Equal("Someone", first.Json.GetProperty("profile").GetProperty("displayName").GetString());
        Assert.Empty(first.Json.GetProperty("missing").EnumerateArray());
        Assert.Empty(first.Json.GetProperty("stale").EnumerateArray());

        var again = await me.Get(Path);
        Assert.Equal((first.Body, first.ETag), (again.Body, again.ETag));
        Assert.Equal((1, 1), (shop.One.LoadsOf(me.Person), shop.Two.LoadsOf(me.Person)));
        Assert.Equal(304, (await me.Get(Path, ("If-None-Match", first.ETag!))).Status);
    }

    [Fact]
    public async Task A_part_that_changed_is_loaded_again_with_what_rests_on_it_and_no_other()
    {
        var me = await shop.NewPerson();
        var before = await me.Get(Path);
        shop.One.Say = "2";
        await shop.Publish(new PersonChanged { People = [me.Person], Part = "one" });
        await Eventually.IsTrue(
            async () => (await me.Get(Path)).Json.GetProperty("two").GetString() == "two of 2", "the overview shows the change");

        Assert.Equal(200, (await me.Get(Path, ("If-None-Match", before.ETag!))).Status);
        Assert.Equal((2, 2, 1), (shop.One.LoadsOf(me.Person), shop.Two.LoadsOf(me.Person), shop.Things.LoadsOf(me.Person)));
        shop.One.Say = "1";
    }

    [Fact]
    public async Task What_was_read_before_a_change_is_not_kept_after_it()
    {
        var me = await shop.NewPerson();
        var cache = shop.Services.GetRequiredService<OverviewCache>();
        var reading = await cache.Read(me.Person);
        await cache.MarkChanged([me.Person], "one");    // while the reader is still loading
        await cache.File(me.Person, reading, [Result("one", "\"old\""), Result("things", "\"good\"")]);

        var read = await cache.Read(me.Person);
        Assert.False(read.Find("one").IsFresh);
        Assert.False(read.Find("two").IsFresh);
        Assert.True(read.Find("things").IsFresh);
    }

    [Fact]
    public async Task A_part_that_fails_is_left_out_and_named_and_the_rest_answers()
    {
        var me = await shop.NewPerson();
        shop.One.Fails = true;
        try
        {
            var reply = await me.Get(Path);
            Assert.Equal(200, reply.Status);
            Assert.Equal(["one"], Names(reply, "missing"));
            Assert.Equal(["two"], Names(reply, "stale"));    // made without what it needs
            Assert.False(reply.Json.TryGetProperty("one", out _));
            Assert.Equal("two of nothing", reply.Json.GetProperty("two").GetString());
        }
        finally
        {
            shop.One.Fails = false;
        }
        var well = await me.Get(Path);    // nothing of it was kept
        Assert.Empty(Names(well, "missing"));
        Assert.Equal("two of 1", well.Json.GetProperty("two").GetString());
    }

    [Fact]
    public async Task A_part_that_hangs_holds_nobody_up_and_its_old_value_is_shown()
    {
        var me = await shop.NewPerson();
        await me.Get(Path);
        await shop.Services.GetRequiredService<OverviewCache>().MarkChanged([me.Person], "things");
        shop.Things.Hangs = true;
        try
        {
            var reply = await me.Get(Path);
            Assert.Equal(200, reply.Status);
            Assert.Empty(Names(reply, "missing"));
            Assert.Equal(["things"], Names(reply, "stale"));
            Assert.Equal("1", reply.Json.GetProperty("things").GetString());
        }
        finally
        {
            shop.Things.Hangs = false;
        }
    }

    [Fact]
    public async Task A_part_that_says_nonsense_is_left_out()
    {
        var me = await shop.NewPerson();
        shop.Things.Raw = "{\"a\":1} trailing";
        try
        {
            var reply = await me.Get(Path);
            Assert.Equal(["things"], Names(reply, "missing"));
        }
        finally
        {
            shop.Things.Raw = null;
        }
    }

    [Fact]
    public async Task Orders_that_moved_make_the_orders_part_old()
    {
        var me = await shop.NewPerson();
        await me.Get(Path);
        var cache = shop.Services.GetRequiredService<OverviewCache>();
        await Eventually.IsTrue(
            async () => await me.Get(Path) is { Status: 200 }
                && (await cache.Read(me.Person)).Find(ForgetOrdersOnOrdersMoved.Part).IsFresh,
            "the part is kept");
        await shop.Publish(new OrdersMoved
        {
            To = "placed",
            Reason = "test",
            At = TimeProvider.System.GetUtcNow(),
            Orders = [new(1, me.Person, "stock", "GBP", 100, [], TimeProvider.System.GetUtcNow())],
        });
        await Eventually.IsTrue(
            async () => !(await cache.Read(me.Person)).Find(ForgetOrdersOnOrdersMoved.Part).IsFresh, "the part is old");
    }

    [Fact]
    public async Task Strangers_and_guests_have_no_overview()
    {
        Assert.Equal(401, (await shop.Stranger().Get(Path)).Status);
        var guest = (await shop.Stranger().Post("/api/v1/guests")).Json.GetProperty("token").GetString();
        Assert.Equal(401, (await new Caller(shop.Client, guest, 0).Get(Path)).Status);
    }

    [Fact]
    public async Task Views_are_listed_newest_first_each_once_and_at_most_fifty()
    {
        var me = await shop.NewPerson();
        var skus = await shop.NewVariants(55);
        foreach (var sku in skus.Append(skus[10]))
            Assert.Equal(204, (await me.Post("/api/v1/me/views", $$"""{"sku":"{{sku}}"}""")).Status);

        var listed = Skus(await me.Get("/api/v1/me/views"));
        Assert.Equal([skus[10], .. skus.Reverse().Where(sku => sku != skus[10]).Take(49)], listed);
        Assert.Equal([skus[10], skus[54], skus[53]], Skus(await me.Get("/api/v1/me/views?limit=3")));
        Assert.Equal(10, (await me.Get(Path)).Json.GetProperty("recentlyViewed").GetProperty("data").GetArrayLength());

        Assert.Empty(Skus(await (await shop.NewPerson()).Get("/api/v1/me/views")));
        Assert.Equal(204, (await me.Send(HttpMethod.Delete, "/api/v1/me/views")).Status);
        Assert.Empty(Skus(await me.Get("/api/v1/me/views")));
        Assert.Equal(0, (await me.Get(Path)).Json.GetProperty("recentlyViewed").GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task Fifty_tabs_at_once_list_a_product_once()
    {
        var me = await shop.NewPerson();
        var skus = await shop.NewVariants(2);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(n =>
            me.Post("/api/v1/me/views", $$"""{"sku":"{{skus[n % 2]}}"}""")));
        Assert.Equal(skus.Order(), Skus(await me.Get("/api/v1/me/views")).Order());
    }

    [Theory]
    [InlineData("POST", "/api/v1/me/views", """{"sku":"NO-SUCH-THING"}""", "viewed_sku_unknown")]
    [InlineData("POST", "/api/v1/me/views", """{"sku":""}""", "invalid_request")]
    [InlineData("POST", "/api/v1/me/views", """{"sku":7}""", "invalid_request")]
    [InlineData("POST", "/api/v1/me/views", """{"sku":"A","sku":"A"}""", "invalid_request")]
    [InlineData("GET", "/api/v1/me/views?limit=0", null, "invalid_request")]
    [InlineData("GET", "/api/v1/me/views?limit=51", null, "invalid_request")]
    [InlineData("GET", "/api/v1/me/views?limit=x", null, "invalid_request")]
    public async Task Nonsense_is_refused(string method, string path, string? body, string code)
    {
        var me = await shop.NewPerson();
        var reply = await me.Send(new HttpMethod(method), path, body);
        Assert.Equal((400, code), (reply.Status, reply.Code));
        Assert.Empty(Skus(await me.Get("/api/v1/me/views")));
    }

    [Fact]
    public async Task An_erased_person_leaves_nothing_here()
    {
        var me = await shop.NewPerson();
        await me.Post("/api/v1/me/views", $$"""{"sku":"{{(await shop.NewVariants(1))[0]}}"}""");
        await me.Get(Path);
        await shop.Publish(new PersonErased { Person = me.Person, At = TimeProvider.System.GetUtcNow() });
        await Eventually.IsTrue(
            async () => !await shop.Cache.Call(db => db.KeyExistsAsync($"views:{me.Person}"))
                && !await shop.Cache.Call(db => db.KeyExistsAsync($"overview:{me.Person}")),
            "what was kept of the person is gone");
    }

    private static PartResult Result(string name, string json) =>
        new(name, PartState.Loaded, Encoding.UTF8.GetBytes(json));

    private static string[] Names(Orders.Reply reply, string field) =>
        [.. reply.Json.GetProperty(field).EnumerateArray().Select(name => name.GetString()!)];

    private static string[] Skus(Orders.Reply reply) =>
        [.. reply.Json.GetProperty("data").EnumerateArray().Select(item => item.GetProperty("sku").GetString()!)];

    public sealed class MadeShop(SharedStores stores) : WholeShop(stores)
    {
        internal Made One { get; } = new("one");

        internal Made Two { get; } = new("two", "one");

        internal Made Things { get; } = new("things");

        protected override Dictionary<string, string?> Settings => new() { ["UserCenter:PartTimeout"] = "00:00:02" };

        protected override void Change(IServiceCollection services) => services
            .AddSingleton<IOverviewPart>(One).AddSingleton<IOverviewPart>(Two).AddSingleton<IOverviewPart>(Things);

        /// <summary>Products for sale, with an SKU each.</summary>
        public async Task<string[]> NewVariants(int count)
        {
            var first = Services.GetRequiredService<Ids>().Next();
            string[] skus = [.. Enumerable.Range(0, count).Select(n => $"V{first}-{n}")];
            await Services.GetRequiredService<CatalogImport>().FromRows(
                skus.Select(sku => new CatalogRow
                {
                    Sku = sku,
                    Product = sku,
                    Title = $"A thing {sku}",
                    Category = "Things",
                    PriceMinor = 100,
                    Currency = "GBP",
                    Stock = 10,
                }),
                "people", CancellationToken.None);
            return skus;
        }
    }

    /// <summary>A part as another feature would bring it.</summary>
    internal sealed class Made(string name, params string[] needs) : IOverviewPart
    {
        private readonly ConcurrentDictionary<long, int> _loads = new();

        public string Name => name;

        public IReadOnlyList<string> Needs => needs;

        public string Say { get; set; } = "1";

        public string? Raw { get; set; }

        public bool Fails { get; set; }

        public bool Hangs { get; set; }

        public int LoadsOf(long person) => _loads.GetValueOrDefault(person);

        public async Task<ReadOnlyMemory<byte>> Load(
            long person, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> needed, CancellationToken cancel)
        {
            _loads.AddOrUpdate(person, 1, (_, count) => count + 1);
            if (Fails)
                throw new StoreAwayException("a store");
            if (Hangs)
                await new TaskCompletionSource().Task;    // deaf to its token
            if (Raw is not null)
                return Encoding.UTF8.GetBytes(Raw);
            var said = needs.Length == 0 ? Say
                : needed.TryGetValue(needs[0], out var input) ? $"{name} of {JsonDocument.Parse(input).RootElement}"
                : $"{name} of nothing";
            return JsonSerializer.SerializeToUtf8Bytes(said);
        }
    }
}
