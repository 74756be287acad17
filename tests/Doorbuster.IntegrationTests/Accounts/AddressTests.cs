using Doorbuster.IntegrationTests.Web;

namespace Doorbuster.IntegrationTests.Accounts;

public sealed class AddressTests(WholeShop shop) : IClassFixture<WholeShop>
{
    private const string Path = "/api/v1/me/addresses";

    internal static string Body(string line1 = "1 Sample Street", bool isDefault = false, string country = "GB") =>
        $$"""
        {"name":"Ada","line1":"{{line1}}","city":"London","country":"{{country}}","postalCode":"N1 1AA","isDefault":{{(isDefault ? "true" : "false")}}}
        """;

    [Fact]
    public async Task Addresses_are_added_read_changed_and_removed()
    {
        var me = await shop.NewPerson();
        var first = await me.Post(Path, Body("First"), "a-1");
        Assert.Equal((201, $"{Path}/{first.Id}", true), (first.Status, first.Location, IsDefault(first)));
        var second = await me.Post(Path, Body("Second"), "a-2");
        Assert.False(IsDefault(second));
        var third = await me.Post(Path, Body("Third", isDefault: true), "a-3");
        Assert.True(IsDefault(third));
        Assert.Equal(["Third", "Second", "First"], await Lines(me));

        var read = await me.Get($"{Path}/{first.Id}");
        Assert.Equal((200, false, "N1 1AA"), (read.Status, IsDefault(read), read.Json.GetProperty("postalCode").GetString()));
        Assert.Equal(304, (await me.Get($"{Path}/{first.Id}", ("If-None-Match", read.ETag!))).Status);

        var changed = await me.Send(
            HttpMethod.Put, $"{Path}/{first.Id}", Body("First again", isDefault: true), ("If-Match", read.ETag!));
        Assert.Equal((200, true), (changed.Status, IsDefault(changed)));
        var stale = await me.Send(HttpMethod.Put, $"{Path}/{first.Id}", Body("Late"), ("If-Match", read.ETag!));
        Assert.Equal((412, "address_outdated"), (stale.Status, stale.Code));
        Assert.Equal(["First again", "Third", "Second"], await Lines(me));

        Assert.Equal(204, (await me.Send(HttpMethod.Delete, $"{Path}/{first.Id}")).Status);
        Assert.Equal(404, (await me.Send(HttpMethod.Delete, $"{Path}/{first.Id}")).Status);
        Assert.Equal(["Third", "Second"], await Lines(me));
        Assert.True(IsDefault(await me.Get($"{Path}/{third.Id}")));    // the newest took over
    }

    [Fact]
    public async Task A_retry_adds_nothing()
    {
        var me = await shop.NewPerson();
        var answers = new List<Orders.Reply>();
        for (var i = 0; i < 3; i++)
            answers.Add(await me.Post(Path, Body(), "same"));
        Assert.Single(answers.Select(answer => answer.Body).Distinct());
        Assert.Single(await Lines(me));
        Assert.Equal((422, "idempotency_key_reused"), await CodeOf(me.Post(Path, Body("Other"), "same")));
        Assert.Equal((400, "idempotency_key_missing"), await CodeOf(me.Post(Path, Body())));
    }

    [Fact]
    public async Task Of_thirty_added_at_once_twenty_are_there_and_one_is_the_default()
    {
        var me = await shop.NewPerson();
        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(n =>
            me.Post(Path, Body($"Line {n}", isDefault: true), $"many-{n}")));
        Assert.Equal(20, answers.Count(answer => answer.Status == 201));
        Assert.All(answers.Where(answer => answer.Status != 201), answer =>
            Assert.Equal((409, "too_many_addresses"), (answer.Status, answer.Code)));
        Assert.Equal((20, 1), (
            await shop.Count("select count(*) from accounts.addresses where person_id = $1", me.Person),
            await shop.Count("select count(*) from accounts.addresses where person_id = $1 and is_default", me.Person)));
    }

    [Fact]
    public async Task What_belongs_to_others_is_not_there()
    {
        var (mine, other) = (await shop.NewPerson(), await shop.NewPerson());
        var id = (await mine.Post(Path, Body("Mine"), "own")).Id;
        foreach (var (method, body) in new[] { ("GET", null), ("PUT", Body("Stolen")), ("DELETE", null) })
        {
            Assert.Equal((404, "address_not_found"), await CodeOf(other.Send(new(method), $"{Path}/{id}", body)));
            Assert.Equal(401, (await shop.Stranger().Send(new(method), $"{Path}/{id}", body)).Status);
            Assert.Equal((404, "address_not_found"), await CodeOf(mine.Send(new(method), $"{Path}/adr_x", body)));
        }
        Assert.Equal(["Mine"], await Lines(mine));
        Assert.Empty(await Lines(other));
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"name":"A","line1":"1","city":"B"}""")]
    [InlineData("""{"name":"A","line1":"1","city":"B","country":"gb"}""")]
    [InlineData("""{"name":"A","line1":"1","city":"B","country":"XX"}""")]
    [InlineData("""{"name":"A","line1":"1","city":"B","country":"GBR"}""")]
    [InlineData("""{"name":" ","line1":"1","city":"B","country":"GB"}""")]
    [InlineData("""{"name":"A\nB","line1":"1","city":"B","country":"GB"}""")]
    [InlineData("""{"name":"A","line1":null,"city":"B","country":"GB"}""")]
    [InlineData("""{"name":"A","line1":"1","city":"B","country":"GB","postalCode":"12345678901234567"}""")]
    [InlineData("""{"name":"A","line1":"1","city":"B","country":"GB","isDefault":"yes"}""")]
    [InlineData("""{"name":"A","line1":"1","city":"B","country":"GB","person":1}""")]
    public async Task An_address_that_makes_no_sense_is_refused_and_nothing_changes(string body)
    {
        var me = await shop.NewPerson();
        var id = (await me.Post(Path, Body("Good"), "good")).Id;
        Assert.Equal((400, "invalid_request"), await CodeOf(me.Post(Path, body, "bad")));
        Assert.Equal((400, "invalid_request"), await CodeOf(me.Send(HttpMethod.Put, $"{Path}/{id}", body)));
        Assert.Equal(["Good"], await Lines(me));
    }

    private static bool IsDefault(Orders.Reply reply) => reply.Json.GetProperty("isDefault").GetBoolean();

    private static async Task<(int, string?)> CodeOf(Task<Orders.Reply> reply) => ((await reply).Status, (await reply).Code);

    private static async Task<string[]> Lines(Caller me) =>
        [.. (await me.Get(Path)).Json.GetProperty("data").EnumerateArray().Select(item => item.GetProperty("line1").GetString()!)];
}
