using System.Text.Json;
using Doorbuster.Accounts;
using Doorbuster.Platform.Postgres;
using Doorbuster.IntegrationTests.Web;
using Doorbuster.Tests.Web;
using Npgsql;

namespace Doorbuster.IntegrationTests.Accounts;

public sealed class AccountHttpTests(Database database) : IClassFixture<Database>, IAsyncLifetime
{
    private TinyShop _shop = null!;

    public async ValueTask InitializeAsync() => _shop = await HttpShop.Start(database.Addresses, new AccountsFeature());

    public ValueTask DisposeAsync() => _shop.DisposeAsync();

    [Fact]
    public async Task Register_sign_in_look_around_and_sign_out()
    {
        var made = await Register("Ada.L@Example.test");
        Assert.Equal((201, "/api/v1/me"), (made.Status, made.Headers["Location"]));

        var signedIn = await SignIn("ada.l@example.TEST");
        Assert.Equal(201, signedIn.Status);
        Assert.Equal("Ada.L@Example.test", signedIn.Json.GetProperty("person").GetProperty("email").GetString());
        Assert.EndsWith("Z", signedIn.Json.GetProperty("expiresAt").GetString(), StringComparison.Ordinal);
        Assert.Equal("no-store", signedIn.Headers["Cache-Control"]);
        var cookie = signedIn.Headers["Set-Cookie"];
        Assert.StartsWith("sid=dbs_", cookie, StringComparison.Ordinal);
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);

        var token = Token(signedIn);
        var me = await _shop.Send(HttpMethod.Get, "/api/v1/me", bearer: token);
        Assert.Equal((200, "Ada"), (me.Status, me.Json.GetProperty("displayName").GetString()));
        Assert.Equal(200, (await _shop.Send(HttpMethod.Get, "/api/v1/me", headers: ("Cookie", $"sid={token}"))).Status);

        Assert.Equal(204, (await _shop.Send(HttpMethod.Delete, "/api/v1/sessions/current", bearer: token)).Status);
        Assert.Equal(401, (await _shop.Send(HttpMethod.Get, "/api/v1/me", bearer: token)).Status);
    }

    [Fact]
    public async Task A_guest_has_a_token_and_a_cookie_but_no_row_and_may_not_do_what_needs_an_account()
    {
        var before = await Rows();
        var guest = await _shop.Send(HttpMethod.Post, "/api/v1/guests");
        var other = await _shop.Send(HttpMethod.Post, "/api/v1/guests");

        Assert.Equal((201, "/api/v1/cart"), (guest.Status, guest.Headers["Location"]));
        Assert.StartsWith("sid=dbs_", guest.Headers["Set-Cookie"], StringComparison.Ordinal);
        Assert.NotEqual(guest.Json.GetProperty("id").GetString(), other.Json.GetProperty("id").GetString());
        Assert.Equal(before, await Rows());
        Assert.Equal((401, "sign_in_required"), await Outcome("/api/v1/me", Token(guest)));
        Assert.Equal((401, "sign_in_required"), await Outcome("/api/v1/sessions", Token(guest)));

        var crossSite = await _shop.Send(HttpMethod.Post, "/api/v1/guests", headers: ("Sec-Fetch-Site", "cross-site"));
        Assert.Equal((403, "cross_site"), (crossSite.Status, crossSite.Code));

        async Task<long> Rows() => (await database.Sql.Query(
            "select (select count(*) from accounts.people) + (select count(*) from accounts.sessions)",
            row => row.GetInt64(0), CancellationToken.None))[0];
        async Task<(int, string?)> Outcome(string path, string token) =>
            await _shop.Send(HttpMethod.Get, path, bearer: token) is var answer ? (answer.Status, answer.Code) : default;
    }

    [Fact]
    public async Task A_session_on_a_lost_phone_is_ended_from_another()
    {
        await Register("phone@example.test");
        var (lost, here) = (Token(await SignIn("phone@example.test")), Token(await SignIn("phone@example.test")));

        var mine = (await _shop.Send(HttpMethod.Get, "/api/v1/sessions", bearer: here)).Json.GetProperty("data").EnumerateArray().ToArray();
        Assert.Equal(2, mine.Length);
        var other = Assert.Single(mine, session => !session.GetProperty("current").GetBoolean()).GetProperty("id").GetString();

        Assert.Equal(204, (await _shop.Send(HttpMethod.Delete, $"/api/v1/sessions/{other}", bearer: here)).Status);
        Assert.Equal(401, (await _shop.Send(HttpMethod.Get, "/api/v1/me", bearer: lost)).Status);
        Assert.Equal(200, (await _shop.Send(HttpMethod.Get, "/api/v1/me", bearer: here)).Status);

        var again = await _shop.Send(HttpMethod.Delete, $"/api/v1/sessions/{other}", bearer: here);
        Assert.Equal((404, "session_not_found"), (again.Status, again.Code));
    }

    [Fact]
    public async Task Twenty_registrations_of_one_address_at_once_make_one_account()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i =>
            Register(i % 2 == 0 ? "race@example.test" : "RACE@example.test")));

        // On a machine that is busy otherwise, hashing may not be in time for all.
        string?[] others = ["email_taken", "sign_in_busy", "timed_out"];
        Assert.InRange(answers.Count(answer => answer.Status == 201), answers.Any(answer => answer.Status == 504) ? 0 : 1, 1);
        Assert.All(answers.Where(answer => answer.Status != 201), answer => Assert.Contains(answer.Code, others));
        Assert.Equal(1, (await database.Sql.Query(
            "select count(*) from accounts.people where email_key = 'race@example.test'", row => row.GetInt64(0), CancellationToken.None))[0]);
    }

    [Fact]
    public async Task Whether_an_address_has_an_account_does_not_show()
    {
        await Register("known@example.test");
        var (wrong, unknown) = (await SignIn("known@example.test", "not it"), await SignIn("unknown@example.test", "not it"));
        Assert.Equal((401, "wrong_credentials"), (wrong.Status, wrong.Code));
        Assert.Equal(wrong.Body, unknown.Body);
    }

    [Fact]
    public async Task Somebody_without_a_password_cannot_sign_in_with_any()
    {
        await database.Sql.Execute(
            """
            insert into accounts.people (id, email, email_key, display_name, created_at)
            values (77, 'load-1@load.test', 'load-1@load.test', 'Load 1', now())
            """, CancellationToken.None);
        Assert.Equal(401, (await SignIn("load-1@load.test", "x")).Status);
    }

    [Fact]
    public async Task Guessing_is_slowed_down_and_says_how_long()
    {
        await Register("guessed@example.test");
        var answers = new List<TinyShop.Answer>();
        for (var i = 0; i < 12; i++)
            answers.Add(await SignIn("guessed@example.test", $"guess {i}"));
        var refused = answers.Where(answer => answer.Status == 429).ToArray();
        Assert.NotEmpty(refused);
        Assert.All(refused, answer => Assert.Equal("too_many_attempts", answer.Code));
        Assert.All(refused, answer => Assert.InRange(int.Parse(answer.Headers["Retry-After"], null), 1, 60));
        Assert.All(answers.Take(5), answer => Assert.Equal(401, answer.Status));
    }

    [Fact]
    public async Task A_weak_hash_is_renewed_at_the_next_sign_in()
    {
        using PasswordHashing weak = new(iterations: 1_000);
        await Register("old@example.test");
        await database.Sql.Execute(
            "update accounts.people set password_hash = $1 where email_key = 'old@example.test'", CancellationToken.None,
            new NpgsqlParameter { Value = await weak.Hash("correct horse") });

        Assert.Equal(201, (await SignIn("old@example.test")).Status);
        using PasswordHashing now = new();
        var hash = (await database.Sql.Query(
            "select password_hash from accounts.people where email_key = 'old@example.test'", row => row.GetString(0), CancellationToken.None))[0];
        Assert.Equal(PasswordCheck.Right, await now.Verify(hash, "correct horse"));
    }

    [Fact]
    public async Task A_flood_of_sign_ins_is_told_to_come_back()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 48).Select(i => SignIn($"flood-{i}@example.test", "not it")));
        Assert.Contains(answers, answer => answer.Status == 401);
        var busy = answers.Where(answer => answer.Status == 503).ToArray();
        Assert.NotEmpty(busy);
        Assert.All(busy, answer => Assert.Equal("sign_in_busy", answer.Code));
        Assert.All(busy, answer => Assert.True(answer.Headers.ContainsKey("Retry-After")));
    }

    public static TheoryData<string, string> Nonsense
    {
        get
        {
            var data = new TheoryData<string, string>();
            string[] registrations =
            [
                "", "null", "[]", "\"x\"", "{", "{}", """{"email":"a@b.test","password":"long enough"}""",
                """{"email":"nobody","password":"long enough","displayName":"A"}""",
                """{"email":"a@b@c.test","password":"long enough","displayName":"A"}""",
                """{"email":"a b@c.test","password":"long enough","displayName":"A"}""",
                """{"email":"a\u0000@c.test","password":"long enough","displayName":"A"}""",
                """{"email":"a@c.test","password":"short","displayName":"A"}""",
                """{"email":"a@c.test","password":null,"displayName":"A"}""",
                """{"email":"a@c.test","password":12345678,"displayName":"A"}""",
                """{"email":"a@c.test","password":"long enough","displayName":""}""",
                """{"email":"a@c.test","password":"long enough","displayName":"   "}""",
                """{"email":"a@c.test","password":"long enough","displayName":"a\nb"}""",
                """{"email":"a@c.test","password":"long enough","displayName":"\ud800"}""",
                """{"email":"a@c.test","password":"long enough","displayName":"A","isAdmin":true}""",
                """{"email":"a@c.test","email":"b@c.test","password":"long enough","displayName":"A"}""",
                $$"""{"email":"{{new string('a', 250)}}@c.test","password":"long enough","displayName":"A"}""",
                $$"""{"email":"a@c.test","password":"{{new string('a', 129)}}","displayName":"A"}""",
                $$"""{"email":"a@c.test","password":"long enough","displayName":"{{new string('a', 81)}}"}""",
            ];
            string[] signIns =
            [
                "", "null", "{}", """{"email":"a@c.test"}""", """{"email":"a@c.test","password":""}""", """{"email":"","password":"x"}""",
                """{"email":"a\u0000@c.test","password":"x"}""", """{"email":["a@c.test"],"password":"x"}""",
                """{"email":"a@c.test","password":"x","remember":true}""",
                $$"""{"email":"a@c.test","password":"{{new string('a', 129)}}"}""",
            ];
            foreach (var body in registrations)
                data.Add("/api/v1/accounts", body);
            foreach (var body in signIns)
                data.Add("/api/v1/sessions", body);
            return data;
        }
    }

    [Theory, MemberData(nameof(Nonsense))]
    public async Task Nonsense_is_refused_and_changes_nothing(string path, string body)
    {
        var before = await People();
        var answer = await _shop.Send(HttpMethod.Post, path, body);
        Assert.Equal((400, "invalid_request"), (answer.Status, answer.Code));
        Assert.Equal(before, await People());
    }

    [Theory]
    [InlineData("GET", "/api/v1/me")]
    [InlineData("GET", "/api/v1/sessions")]
    [InlineData("DELETE", "/api/v1/sessions/current")]
    [InlineData("DELETE", "/api/v1/sessions/ses_0000000000001")]
    public async Task Strangers_are_not_let_in(string method, string path)
    {
        foreach (var bearer in new[] { null, "x", "dbs_", "dbs_" + new string('A', 52), "dbs_" + new string('*', 52) })
            Assert.Equal(401, (await _shop.Send(new HttpMethod(method), path, bearer: bearer)).Status);
    }

    private Task<TinyShop.Answer> Register(string email) => _shop.Send(
        HttpMethod.Post, "/api/v1/accounts", JsonSerializer.Serialize(new { email, password = "correct horse", displayName = "Ada" }));

    private Task<TinyShop.Answer> SignIn(string email, string password = "correct horse") => _shop.Send(
        HttpMethod.Post, "/api/v1/sessions", JsonSerializer.Serialize(new { email, password }));

    private static string Token(TinyShop.Answer signedIn) => signedIn.Json.GetProperty("token").GetString()!;

    private async Task<long> People() => (await database.Sql.Query(
        "select count(*) from accounts.people", row => row.GetInt64(0), CancellationToken.None))[0];
}
