using System.Text;
using System.Text.Json;
using Doorbuster.Accounts;
using Doorbuster.Contracts.Accounts;
using Doorbuster.IntegrationTests.Web;
using Doorbuster.Platform;
using Doorbuster.Platform.Commands;
using Doorbuster.Platform.Postgres;
using Doorbuster.Tests.Web;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.IntegrationTests.Accounts;

/// <summary>Groups of customers, on two processes that share a database.</summary>
public sealed class GroupTests(Database database) : IClassFixture<Database>, IAsyncLifetime
{
    private const string Groups = "/api/admin/v1/customer-groups";

    private static readonly CancellationToken None = CancellationToken.None;
    private static int _keys;

    private readonly SkippingClock _clock = new();
    private TinyShop _shop = null!;
    private TinyShop _other = null!;

    public async ValueTask InitializeAsync()
    {
        _shop = await HttpShop.Start(database.Addresses, _clock, hasNamedPeople: true, new AccountsFeature());
        _other = await HttpShop.Start(database.Addresses, _clock, hasNamedPeople: true);
        await database.Sql.Execute("truncate accounts.customer_groups cascade", None);
    }

    public async ValueTask DisposeAsync()
    {
        await _shop.DisposeAsync();
        await _other.DisposeAsync();
    }

    [Fact]
    public async Task Joining_and_leaving_has_its_effect_on_every_process_within_two_seconds()
    {
        var (person, neighbour) = (await Person(), await Person());
        await Make("trade");
        await Make("staff");
        Assert.Empty(await GroupsOf(_shop, person));
        Assert.Empty(await GroupsOf(_other, person));

        Assert.Equal(200, (await Send(HttpMethod.Put, $"/trade/members/{Id(person)}")).Status);
        Assert.Equal(200, (await Send(HttpMethod.Put, $"/staff/members/{Id(person)}")).Status);
        Assert.Equal(200, (await Send(HttpMethod.Put, $"/staff/members/{Id(person)}")).Status);    // again: the same
        _clock.Skip(TimeSpan.FromSeconds(2));
        Assert.Equal(["staff", "trade"], await GroupsOf(_shop, person));
        Assert.Equal(["staff", "trade"], await GroupsOf(_other, person));
        Assert.Empty(await GroupsOf(_other, neighbour));

        Assert.Equal(204, (await Send(HttpMethod.Delete, $"/staff/members/{Id(person)}")).Status);
        Assert.Equal(404, (await Send(HttpMethod.Delete, $"/staff/members/{Id(person)}")).Status);
        _clock.Skip(TimeSpan.FromSeconds(2));
        Assert.Equal(["trade"], await GroupsOf(_other, person));

        Assert.Equal(204, (await Send(HttpMethod.Delete, "/trade", version: "\"1\"")).Status);
        _clock.Skip(TimeSpan.FromSeconds(2));
        Assert.Empty(await GroupsOf(_other, person));
        Assert.Empty(await GroupsOf(_shop, person));
    }

    [Fact]
    public async Task To_ask_for_the_groups_of_anybody_waits_for_no_statement()
    {
        var (person, neighbour) = (await Person(), await Person());
        await Make("trade");
        await Send(HttpMethod.Put, $"/trade/members/{Id(person)}");
        _clock.Skip(TimeSpan.FromSeconds(2));
        Assert.Equal(["trade"], await GroupsOf(_shop, person));

        // Whoever would read the tables now, waits.
        await using var connection = await database.Sql.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await transaction.Execute(
            "lock table accounts.group_state, accounts.customer_groups, accounts.group_members in access exclusive mode", None);
        for (var i = 0; i < 1_000; i++)
        {
            var asked = GroupsOf(_shop, i % 2 == 0 ? neighbour : person);
            Assert.True(asked.IsCompletedSuccessfully);
            Assert.Equal(i % 2, (await asked).Count);
            if (i == 500)
                _clock.Skip(TimeSpan.FromSeconds(1));    // from here on the version is looked at in the background
        }
    }

    [Fact]
    public async Task A_group_is_made_once_renamed_by_version_and_removed_with_who_is_in_it()
    {
        var key = Key();
        var made = await Send(HttpMethod.Post, "", """{"code":"vip","name":" Very important "}""", key: key);
        Assert.Equal((201, $"{Groups}/vip", "\"1\""), (made.Status, made.Headers["Location"], made.Headers["ETag"]));
        Assert.Equal("Very important", made.Json.GetProperty("name").GetString());
        Assert.Equal("true", (await Send(HttpMethod.Post, "", """{"code":"vip","name":" Very important "}""", key: key))
            .Headers["Idempotent-Replayed"]);
        Assert.Equal((409, "customer_group_taken"), Refusal(await Send(HttpMethod.Post, "", """{"code":"vip","name":"Again"}""")));

        const string name = """{"name":"VIP"}""";
        Assert.Equal((428, "customer_group_version_required"), Refusal(await Send(HttpMethod.Patch, "/vip", name)));
        foreach (var stale in new[] { "\"0\"", "\"2\"", "W/\"1\"", "*", "1" })
            Assert.Equal((412, "customer_group_outdated"), Refusal(await Send(HttpMethod.Patch, "/vip", name, stale)));
        Assert.Equal("\"2\"", (await Send(HttpMethod.Patch, "/vip", name, "\"1\"")).Headers["ETag"]);
        Assert.Equal("\"2\"", (await Send(HttpMethod.Patch, "/vip", name, "\"2\"")).Headers["ETag"]);    // the same: no change
        Assert.Equal((404, "customer_group_not_found"), Refusal(await Send(HttpMethod.Patch, "/nobody", name, "\"1\"")));

        var person = await Person();
        await Send(HttpMethod.Put, $"/vip/members/{Id(person)}");
        Assert.Equal(1, (await Send(HttpMethod.Get, "/vip")).Json.GetProperty("members").GetInt64());
        Assert.Equal([Id(person)], Data(await Send(HttpMethod.Get, "/vip/members"), "id"));
        Assert.Equal(["vip"], Data(await Send(HttpMethod.Get, $"?person={Id(person)}"), "code"));
        Assert.Equal((412, "customer_group_outdated"), Refusal(await Send(HttpMethod.Delete, "/vip", version: "\"1\"")));
        Assert.Equal(204, (await Send(HttpMethod.Delete, "/vip", version: "\"2\"")).Status);
        Assert.Equal((404, "customer_group_not_found"), Refusal(await Send(HttpMethod.Get, "/vip/members")));
        Assert.Empty(Data(await Send(HttpMethod.Get, $"?person={Id(person)}"), "code"));
    }

    [Fact]
    public async Task Nonsense_changes_nothing()
    {
        await Make("good");
        var before = await Rows();
        foreach (var body in new[]
        {
            "", "{}", """{"code":"good"}""", """{"code":"","name":"A"}""", """{"code":"Good","name":"A"}""", """{"code":"a b","name":"A"}""",
            """{"code":"-a","name":"A"}""", $$"""{"code":"{{new string('a', 41)}}","name":"A"}""", """{"code":"a","name":""}""",
            """{"code":"a","name":" "}""", """{"code":"a","name":"A\n"}""", """{"code":"a","name":"A\u0000"}""",
            """{"code":"a","name":"A","colour":"red"}""", """{"code":"a","code":"b","name":"A"}""", """{"code":1,"name":"A"}""",
            $$"""{"code":"a","name":"{{new string('A', 81)}}"}""",
        })
            Assert.Equal((400, "invalid_request"), Refusal(await Send(HttpMethod.Post, "", body)));
        Assert.Equal(400, (await Send(HttpMethod.Patch, "/good", """{"name":" "}""", "\"1\"")).Status);
        foreach (var person in new[] { "usr_", "ada", Id(4711), "ord_0000000000001" })
            Assert.Equal((404, "not_found"), Refusal(await Send(HttpMethod.Put, $"/good/members/{person}")));
        Assert.Equal((404, "customer_group_not_found"), Refusal(await Send(HttpMethod.Put, $"/none/members/{Id(await Person())}")));
        Assert.Equal((404, "customer_group_not_found"), Refusal(await Send(HttpMethod.Get, "/%20")));
        Assert.Equal("invalid_cursor", (await Send(HttpMethod.Get, "/good/members?after=x")).Code);
        Assert.Equal(400, (await Send(HttpMethod.Get, "?limit=0")).Status);
        Assert.Equal(404, (await Send(HttpMethod.Get, "?person=x")).Status);
        Assert.Equal(403, (await _shop.Send(HttpMethod.Get, Groups, bearer: "ada")).Status);
        Assert.Equal(401, (await _shop.Send(HttpMethod.Get, Groups)).Status);
        Assert.Equal(before, await Rows());
    }

    [Fact]
    public async Task Lists_are_cut_into_pages_that_miss_nobody()
    {
        foreach (var code in new[] { "a", "b", "c", "d", "e" })
        {
            await Make(code);
            await Send(HttpMethod.Put, $"/a/members/{Id(await Person())}");
        }
        Assert.Equal(["a", "b", "c", "d", "e"], await All("", "code"));
        Assert.Equal(5, (await All("/a/members", "id")).Distinct().Count());

        async Task<List<string>> All(string path, string field)
        {
            var (seen, next) = (new List<string>(), (string?)$"{path}?limit=2");
            while (next is not null)
            {
                var page = (await Send(HttpMethod.Get, next)).Json;
                seen.AddRange(page.GetProperty("data").EnumerateArray().Select(row => row.GetProperty(field).GetString()!));
                next = page.GetProperty("page").GetProperty("nextCursor").GetString() is { } cursor
                    ? $"{path}?limit=2&after={cursor}" : null;
            }
            return seen;
        }
    }

    [Fact]
    public async Task A_person_is_in_twenty_groups_at_most_however_many_come_at_once()
    {
        var person = await Person();
        for (var i = 0; i < 24; i++)
            await Make($"g{i:00}");
        var answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(i => Send(HttpMethod.Put, $"/g{i:00}/members/{Id(person)}")));
        Assert.Equal(20, answers.Count(answer => answer.Status == 200));
        Assert.Equal(4, answers.Count(answer => answer.Code == "in_too_many_groups"));
        Assert.Equal(20, Data(await Send(HttpMethod.Get, $"?person={Id(person)}&limit=100"), "code").Count);
    }

    [Fact]
    public async Task Whoever_is_erased_is_in_no_group_and_what_is_kept_of_one_names_the_groups()
    {
        var person = await Person();
        await Make("trade");
        await Send(HttpMethod.Put, $"/trade/members/{Id(person)}");
        var export = await _shop.Services.GetServices<Doorbuster.Contracts.People.IPersonalData>()
            .Single(data => data.Name == "account").Export(person, None);
        Assert.Contains("\"groups\":[\"Group trade\"]", Encoding.UTF8.GetString(export.Span), StringComparison.Ordinal);

        await _shop.Services.GetRequiredService<AccountStore>().Erase(person, TimeProvider.System.GetUtcNow(), None);
        Assert.Equal(0, (await Send(HttpMethod.Get, "/trade")).Json.GetProperty("members").GetInt64());
        Assert.Equal(404, (await Send(HttpMethod.Put, $"/trade/members/{Id(person)}")).Status);
        _clock.Skip(TimeSpan.FromSeconds(2));
        Assert.Empty(await GroupsOf(_other, person));
    }

    [Fact]
    public async Task What_is_exported_is_imported_again_and_a_wrong_line_writes_nothing()
    {
        var (ada, grace) = (await Person(), await Person());
        await Make("trade");
        await Make("empty");
        await Send(HttpMethod.Put, $"/trade/members/{Id(ada)}");
        await Send(HttpMethod.Put, $"/trade/members/{Id(grace)}");
        var file = await Export();
        Assert.Equal(new GroupReport(0, 0, 0, 0), await Import(file));
        await database.Sql.Execute("truncate accounts.customer_groups cascade", None);
        Assert.Equal(new GroupReport(2, 0, 2, 0), await Import(file));
        Assert.Equal(file, await Export());

        var (adas, graces) = (await Email(ada), await Email(grace));
        var before = await Rows();
        foreach (var (wrong, line) in new[]
        {
            ("code,name,email\ntrade,,nobody@example.test", "line 2"), ("code,name,email\nTrade,,", "line 2"),
            ($"code,name,email\nnew,New,{adas}\nnew,Newer,", "line 3"), ($"code,email\ntrade,{adas}\ntrade,{adas.ToUpperInvariant()}", "line 3"),
            ($"code,email,in_group\ntrade,{adas},perhaps", "line 2"), ("code,colour\ntrade,red", "colour"), ("name\nTrade", "header"),
        })
            Assert.Contains(
                line, (await Assert.ThrowsAsync<FormatException>(() => Import(wrong))).Message, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(before, await Rows());

        Assert.Equal(new GroupReport(1, 1, 1, 1), await Import(
            $"code,name,email,in_group\ntrade,Trade,{adas},no\nstaff,Staff,,\nstaff,,{graces},\n"));
        _clock.Skip(TimeSpan.FromSeconds(2));
        Assert.Empty(await GroupsOf(_other, ada));
        Assert.Equal(["staff", "trade"], await GroupsOf(_other, grace));
    }

    private static ICustomerGroups Services(TinyShop shop) => shop.Services.GetRequiredService<ICustomerGroups>();

    private static ValueTask<IReadOnlyList<string>> GroupsOf(TinyShop shop, long person) => Services(shop).GroupsOf(person, None);

    private async Task<long> Person() => await Someone.New(_shop.Services);

    private async Task<string> Email(long person) => (await _shop.Services.GetRequiredService<AccountStore>().Find(person, None))!.Email;

    private static string Id(long person) => PublicId.Format("usr", person);

    private static string Key() => $"groups-{Interlocked.Increment(ref _keys)}";

    private async Task Make(string code)
    {
        var made = await Send(HttpMethod.Post, "", JsonSerializer.Serialize(new { code, name = $"Group {code}" }));
        Assert.True(made.Status == 201, made.Body);
    }

    private Task<TinyShop.Answer> Send(
        HttpMethod method, string path, string? body = null, string? version = null, string? key = null)
    {
        List<(string, string)> headers = [];
        if (version is not null)
            headers.Add(("If-Match", version));
        if (method == HttpMethod.Post)
            headers.Add(("Idempotency-Key", key ?? Key()));
        return _shop.Send(method, Groups + path, body, "admin", [.. headers]);
    }

    private static (int, string?) Refusal(TinyShop.Answer answer) => (answer.Status, answer.Code);

    private static List<string> Data(TinyShop.Answer answer, string field) =>
        [.. answer.Json.GetProperty("data").EnumerateArray().Select(row => row.GetProperty(field).GetString()!)];

    private async Task<long> Rows() => (await database.Sql.Query(
        """
        select (select count(*) from accounts.customer_groups) * 1000000 + (select sum(version) from accounts.customer_groups) * 1000
          + (select count(*) from accounts.group_members)
        """,
        row => row.GetFieldValue<decimal>(0), None)).Select(rows => (long)rows).Single();

    private async Task<string> Export()
    {
        using var stream = new MemoryStream();
        await CsvExport.WriteTo(
            stream, GroupCsv.Header, _shop.Services.GetRequiredService<GroupCsv>().Rows(None), None);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private Task<GroupReport> Import(string text) =>
        _shop.Services.GetRequiredService<GroupCsv>().Import(new StringReader(text), None);
}
