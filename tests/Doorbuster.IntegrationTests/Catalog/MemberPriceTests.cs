using Doorbuster.Contracts.Catalog;
using Doorbuster.Platform;
using Doorbuster.Platform.Postgres;
using Doorbuster.Tests.Web;
using Microsoft.Extensions.DependencyInjection;
using static Doorbuster.IntegrationTests.Catalog.MemberShop;

namespace Doorbuster.IntegrationTests.Catalog;

/// <summary>What members of groups see and pay, and that nobody sees what is another's.</summary>
public sealed class MemberPriceTests(MemberShop shop) : IClassFixture<MemberShop>, IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private static readonly string[] Shown =
    [
        "/api/v1/products/MUG", "/api/v1/products/MUG-L", "/api/v1/products", "/api/v1/products?category=things&limit=2",
        "/api/v1/products?title=blue%20mug",
    ];

    public async ValueTask InitializeAsync() => await shop.Begin();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_member_sees_his_price_on_the_product_in_lists_and_in_search_and_nobody_else_does()
    {
        await shop.MakeList("trade-1", "trade", [("MUG", 15_00)]);
        foreach (var path in Shown)
        {
            var member = await shop.Look(path, "ada");
            Assert.Equal((15_00, 25_00), (PriceIn(member, "MUG"), PriceIn(member, "MUG-L")));
            foreach (var other in new[] { null, "guest", "admin", "ended", "forged" })
                Assert.Equal(20_00, PriceIn(await shop.Look(path, other), "MUG"));
        }
        var variant = (await Catalog.FindVariant("mug", Ada, None))!;
        Assert.Equal((15_00L, 20_00L), (variant.PriceMinor, variant.ListPriceMinor));
        Assert.Equal(20_00, (await Catalog.FindVariant("mug", None))!.PriceMinor);
        Assert.Equal(20_00, (await Catalog.FindVariant("mug", 4711, None))!.PriceMinor);
    }

    [Fact]
    public async Task Answers_to_members_are_theirs_alone_and_those_to_all_others_stay_everybodys()
    {
        await shop.MakeList("trade-1", "trade", [("MUG", 15_00)]);
        foreach (var path in Shown)
        {
            var (stranger, member) = (await shop.Look(path, null), await shop.Look(path, "ada"));
            Assert.StartsWith("public, max-age=5, stale-while-revalidate", stranger.Headers["Cache-Control"], StringComparison.Ordinal);
            Assert.Equal(["no-cache", "private"], member.Headers["Cache-Control"].Split(", ").Order());
            Assert.All([stranger, member], answer => Assert.Equal("Authorization, Cookie", answer.Headers["Vary"]));
            Assert.NotEqual(stranger.Headers["ETag"], member.Headers["ETag"]);
            Assert.Equal(stranger.Headers["ETag"], (await shop.Look(path, "admin")).Headers["ETag"]);

            Assert.Equal(304, (await shop.Look(path, null, stranger.Headers["ETag"])).Status);
            Assert.Equal(304, (await shop.Look(path, "ada", member.Headers["ETag"])).Status);
            Assert.Equal(15_00, PriceIn(await shop.Look(path, "ada", stranger.Headers["ETag"]), "MUG"));
            Assert.Equal(20_00, PriceIn(await shop.Look(path, null, member.Headers["ETag"]), "MUG"));
        }
        // What is the same for all says so still.
        Assert.DoesNotContain("Vary", (await shop.Look("/api/v1/categories", "ada")).Headers.Keys);
    }

    [Fact]
    public async Task Through_a_shared_cache_too_everybody_gets_his_own()
    {
        await shop.MakeList("trade-1", "trade", [("MUG", 15_00)]);
        var cache = new SharedCache(shop);
        var chance = new Random(1);
        for (var i = 0; i < 300; i++)
        {
            var who = new[] { null, "ada", "admin", "guest" }[chance.Next(4)];
            var answer = await cache.Get(Shown[chance.Next(Shown.Length)], who);
            Assert.Equal(who == "ada" ? 15_00 : 20_00, PriceIn(answer, "MUG"));
        }
        Assert.InRange(cache.Hits, 150, 299);    // it does keep what it may
    }

    [Fact]
    public async Task All_who_come_at_once_to_a_page_that_nobody_remembers_get_their_own()
    {
        await shop.MakeList("trade-1", "trade", [("MUG", 15_00), ("HAT", 9_00)]);
        for (var round = 0; round < 5; round++)
        {
            shop.Clock.PassSeconds(3);
            var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(async i =>
                (IsMember: i % 3 == 0, Answer: await shop.Look(Shown[i % Shown.Length], i % 3 == 0 ? "ada" : null))));
            Assert.All(answers, one => Assert.Equal(one.IsMember ? 15_00 : 20_00, PriceIn(one.Answer, "MUG")));
            var variants = await Task.WhenAll(Enumerable.Range(0, 60).Select(async i => (IsMember: i % 3 == 0,
                Found: await (i % 3 == 0 ? Catalog.FindVariants(["HAT"], Ada, None) : Catalog.FindVariants(["HAT"], i, None)))));
            Assert.All(variants, one => Assert.Equal(one.IsMember ? 9_00 : 10_00, one.Found.Single().PriceMinor));
        }
    }

    [Fact]
    public async Task A_list_counts_from_its_first_instant_until_before_its_last_though_nobody_touches_a_row()
    {
        var start = shop.Clock.GetUtcNow().AddHours(1);
        start = DateTimeOffset.FromUnixTimeMilliseconds(start.ToUnixTimeMilliseconds());
        await shop.MakeList("soon", "trade", [("MUG", 15_00)], from: start, until: start.AddHours(2));
        var before = await shop.Look("/api/v1/products/MUG", "ada");
        Assert.Equal(20_00, PriceIn(before, "MUG"));
        Assert.Equal(start, before.Json.GetProperty("variants")[0].GetProperty("priceUntil").GetDateTimeOffset());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, (await shop.Look("/api/v1/products/MUG", null)).Json
            .GetProperty("variants")[0].GetProperty("priceUntil").ValueKind);    // nor is it told to others

        shop.Clock.Pass(start - shop.Clock.GetUtcNow() - TimeSpan.FromMilliseconds(1));
        Assert.Equal(20_00, await PriceOf("MUG"));
        Assert.Equal(304, (await shop.Look("/api/v1/products/MUG", "ada", before.Headers["ETag"])).Status);
        shop.Clock.Pass(TimeSpan.FromMilliseconds(1));
        Assert.Equal(15_00, await PriceOf("MUG"));
        Assert.Equal(15_00, PriceIn(await shop.Look("/api/v1/products/MUG", "ada"), "MUG"));
        Assert.Equal(15_00, PriceIn(await shop.Look("/api/v1/products", "ada"), "MUG"));
        Assert.Equal(20_00, PriceIn(await shop.Look("/api/v1/products/MUG", null), "MUG"));

        shop.Clock.Pass(TimeSpan.FromHours(2) - TimeSpan.FromTicks(10));
        Assert.Equal(15_00, await PriceOf("MUG"));
        shop.Clock.Pass(TimeSpan.FromTicks(10));
        Assert.Equal(20_00, await PriceOf("MUG"));
        Assert.Equal(20_00, PriceIn(await shop.Look("/api/v1/products/MUG", "ada"), "MUG"));
    }

    [Fact]
    public async Task The_highest_priority_counts_and_no_list_makes_anything_dearer_than_it_is_for_everybody()
    {
        await shop.MakeGroup("gold", Ada);
        await shop.MakeList("low", "trade", [("MUG", 11_00), ("HAT", 9_00)], priority: 1);
        await shop.MakeList("high", "gold", [("MUG", 14_00), ("MUG-L", 30_00)], priority: 2);
        await shop.MakeList("same", "gold", [("MUG", 13_00)], priority: 2);
        await shop.MakeGroup("staff", 102);
        await shop.MakeList("others", "staff", [("MUG", 1_00)], priority: 9);
        Assert.Equal((13_00, 25_00, 9_00), (await PriceOf("MUG"), await PriceOf("MUG-L"), await PriceOf("HAT")));

        Assert.Equal(200, (await shop.Send(HttpMethod.Put, "/api/admin/v1/catalog/variants/MUG/prices",
            new { prices = new[] { new { price = CatalogShop.Pounds(12_00) } } }, await shop.Tag("/api/admin/v1/catalog/products/MUG"))).Status);
        shop.Clock.PassSeconds(3);
        Assert.Equal(12_00, await PriceOf("MUG"));    // the sale is lower

        await Change("high", active: false);
        await Change("same", active: false);
        Assert.Equal(11_00, await PriceOf("MUG"));
        await Change("low", active: false);
        Assert.Equal((12_00, 10_00), (await PriceOf("MUG"), await PriceOf("HAT")));
    }

    [Fact]
    public async Task Whoever_leaves_the_group_or_whose_group_is_removed_pays_what_everybody_pays()
    {
        await shop.MakeList("trade-1", "trade", [("MUG", 15_00)]);
        Assert.Equal(15_00, await PriceOf("MUG"));
        await shop.Send(HttpMethod.Delete, $"{Groups}/trade/members/{PublicId.Format("usr", Ada)}");
        shop.Clock.PassSeconds(2);
        Assert.Equal(20_00, await PriceOf("MUG"));
        Assert.Equal(20_00, PriceIn(await shop.Look("/api/v1/products/MUG", "ada"), "MUG"));
        Assert.StartsWith("public", (await shop.Look("/api/v1/products/MUG", "ada")).Headers["Cache-Control"], StringComparison.Ordinal);

        await shop.Send(HttpMethod.Put, $"{Groups}/trade/members/{PublicId.Format("usr", Ada)}");
        shop.Clock.PassSeconds(2);
        Assert.Equal(15_00, await PriceOf("MUG"));
        await shop.Send(HttpMethod.Delete, $"{Groups}/trade", version: "\"1\"");
        shop.Clock.PassSeconds(2);
        Assert.Equal(20_00, await PriceOf("MUG"));
    }

    [Fact]
    public async Task A_list_counts_only_for_what_is_sold_in_its_currency()
    {
        await shop.MakeList("trade-1", "trade", [("MUG", 15_00)]);
        await shop.Database.Sql.Execute("update catalog.variants set currency = 'EUR' where sku = 'MUG'", None);
        shop.Clock.PassSeconds(3);
        Assert.Equal(20_00, await PriceOf("MUG"));
    }

    private ICatalog Catalog => shop.Shop.Services.GetRequiredService<ICatalog>();

    private async Task<long> PriceOf(string sku) => (await Catalog.FindVariant(sku, Ada, None))!.PriceMinor;

    private async Task Change(string code, bool active)
    {
        var list = (await shop.Send(HttpMethod.Get, $"{Lists}/{code}")).Json;
        var changed = await shop.Send(HttpMethod.Put, $"{Lists}/{code}", new
        {
            name = list.GetProperty("name").GetString(),
            group = list.GetProperty("group").GetString(),
            priority = list.GetProperty("priority").GetInt32(),
            active,
        }, $"\"{list.GetProperty("version").GetInt64()}\"");
        Assert.True(changed.Status == 200, changed.Body);
        shop.Clock.PassSeconds(3);
    }

    /// <summary>As RFC 9111 wants a shared cache: keeps what is public as long as it is fresh, and gives it to whoever asks with the
    /// same values of the headers that the answer varies by.</summary>
    private sealed class SharedCache(MemberShop shop)
    {
        private readonly List<(string Path, string? Who, TinyShop.Answer Answer)> _kept = [];

        public int Hits { get; private set; }

        public async Task<TinyShop.Answer> Get(string path, string? who)
        {
            foreach (var one in _kept)
                if (one.Path == path && (one.Who == who || !VariesByCaller(one.Answer)))
                {
                    Hits++;
                    return one.Answer;
                }
            var answer = await shop.Look(path, who);
            var control = answer.Headers.GetValueOrDefault("Cache-Control", "");
            if (control.Contains("public", StringComparison.Ordinal) && !control.Contains("private", StringComparison.Ordinal))
                _kept.Add((path, who, answer));
            return answer;
        }

        private static bool VariesByCaller(TinyShop.Answer answer) =>
            answer.Headers.GetValueOrDefault("Vary", "").Split(", ").Contains("Authorization");
    }
}
