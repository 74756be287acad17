using System.Text.Json;
using Doorbuster.Accounts;
using Doorbuster.Contracts.People;
using Doorbuster.IntegrationTests.Web;
using Doorbuster.Platform;
using Doorbuster.Platform.Commands;
using Doorbuster.Platform.Messaging;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.IntegrationTests.Accounts;

/// <summary>What people change about themselves: name, time zone, password; take along, and erase.</summary>
public sealed class ProfileTests(ProfileTests.HeardShop shop) : IClassFixture<ProfileTests.HeardShop>
{
    private const string Password = "correct horse";

    [Fact]
    public async Task Name_and_time_zone_are_changed_and_seen_at_a_glance()
    {
        var me = await shop.NewPerson();
        var before = await me.Get("/api/v1/me");
        await me.Get("/api/v1/me/overview");
        Assert.Equal(304, (await me.Get("/api/v1/me", ("If-None-Match", before.ETag!))).Status);

        var changed = await Patch(me, """{"displayName":" Ada L. ","timeZone":"Asia/Tokyo"}""", before.ETag);
        Assert.Equal((200, "Ada L.", "Asia/Tokyo"), (
            changed.Status, changed.Json.GetProperty("displayName").GetString(), changed.Json.GetProperty("timeZone").GetString()));
        Assert.NotEqual(before.ETag, changed.ETag);
        await Eventually.IsTrue(
            async () => (await me.Get("/api/v1/me/overview")).Json.GetProperty("profile").GetProperty("displayName").GetString()
                == "Ada L.",
            "the overview shows the new name");

        var stale = await Patch(me, """{"displayName":"Late"}""", before.ETag);
        Assert.Equal((412, "profile_outdated"), (stale.Status, stale.Code));
        Assert.Equal(412, (await Patch(me, """{"displayName":"Late"}""", "\"what\"")).Status);
        var unset = await Patch(me, """{"timeZone":""}""", changed.ETag);
        Assert.Equal((JsonValueKind.Null, "Ada L."), (
            unset.Json.GetProperty("timeZone").ValueKind, unset.Json.GetProperty("displayName").GetString()));
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"displayName":""}""")]
    [InlineData("""{"displayName":"  "}""")]
    [InlineData("""{"displayName":7}""")]
    [InlineData("""{"timeZone":"Mars/Olympus"}""")]
    [InlineData("""{"timeZone":"../../etc/passwd"}""")]
    [InlineData("""{"timeZone":"/etc/localtime"}""")]
    [InlineData("""{"timeZone":"Europe/Berlin "}""")]
    [InlineData("""{"isAdmin":true}""")]
    [InlineData("""{"email":"other@example.test"}""")]
    public async Task A_profile_that_makes_no_sense_is_refused_and_nothing_changes(string body)
    {
        var me = await shop.NewPerson();
        var before = await me.Get("/api/v1/me");
        Assert.Equal((400, "invalid_request"), await CodeOf(Patch(me, body)));
        Assert.Equal(before.Body, (await me.Get("/api/v1/me")).Body);
    }

    [Fact]
    public async Task A_new_password_needs_the_old_one_and_ends_every_other_session()
    {
        var (me, email) = await WithPassword();
        var elsewhere = await SignIn(email, Password);
        Assert.Equal((403, "wrong_password"), await CodeOf(ChangePassword(me, "not it", "longer horse")));
        Assert.Equal((400, "invalid_request"), await CodeOf(ChangePassword(me, Password, "short")));
        Assert.Equal(200, (await elsewhere.Get("/api/v1/me")).Status);

        Assert.Equal(204, (await ChangePassword(me, Password, "longer horse")).Status);
        Assert.Equal(200, (await me.Get("/api/v1/me")).Status);
        Assert.Equal(401, (await elsewhere.Get("/api/v1/me")).Status);
        Assert.Equal(401, (await TrySignIn(email, Password)).Status);
        Assert.Equal(201, (await TrySignIn(email, "longer horse")).Status);
    }

    [Fact]
    public async Task A_session_opened_with_the_old_password_cannot_slip_past_its_change()
    {
        var (me, _) = await WithPassword();
        var store = shop.Services.GetRequiredService<AccountStore>();
        var sessions = shop.Services.GetRequiredService<Sessions>();
        var old = (await store.Find(me.Person, CancellationToken.None))!.PasswordHash!;

        // Both ways at once, many times: whatever the order, no session of the old password lives afterwards.
        for (var round = 0; round < 10; round++)
        {
            var (from, to) = (round == 0 ? old : $"hash {round}", $"hash {round + 1}");
            var opening = Enumerable.Range(0, 5).Select(_ => sessions.TryStart(me.Person, false, from, CancellationToken.None));
            var change = store.ChangePassword(me.Person, from, to, keptSession: 0, CancellationToken.None);
            await Task.WhenAll([change, .. opening]);
            Assert.NotNull(await change);
            Assert.Equal(0, await shop.Count("select count(*) from accounts.sessions where person_id = $1", me.Person));
        }
    }

    [Fact]
    public async Task Guessing_the_password_of_an_open_session_is_slowed_down()
    {
        var (me, _) = await WithPassword();
        var answers = new List<Orders.Reply>();
        for (var i = 0; i < 8; i++)
            answers.Add(await ChangePassword(me, $"guess {i}", "longer horse"));
        Assert.Contains(answers, answer => answer is { Status: 429, Code: "too_many_attempts" });
    }

    [Fact]
    public async Task Somebody_without_a_password_can_neither_change_nor_erase()
    {
        var me = await shop.NewPerson();
        Assert.Equal((403, "wrong_password"), await CodeOf(ChangePassword(me, "anything", "longer horse")));
        Assert.Equal((403, "wrong_password"), await CodeOf(Erase(me, "anything")));
    }

    [Fact]
    public async Task An_export_has_everything_of_its_person_and_nothing_of_others()
    {
        var (me, email) = await WithPassword();
        var (_, otherEmail) = await WithPassword();
        await me.Post("/api/v1/me/addresses", AddressTests.Body("12 Export Lane"), "export-1");

        var export = await me.Get("/api/v1/me/export");
        Assert.Equal(200, export.Status);
        var sections = export.Json.GetProperty("sections");
        Assert.Equal(email, sections.GetProperty("account").GetProperty("profile").GetProperty("email").GetString());
        Assert.Equal("12 Export Lane", sections.GetProperty("account").GetProperty("addresses")[0].GetProperty("line1").GetString());
        Assert.Equal(
            shop.Services.GetServices<IPersonalData>().Select(section => section.Name).Order(),
            sections.EnumerateObject().Select(section => section.Name).Order());
        Assert.DoesNotContain(otherEmail, export.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("password", export.Body, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task An_erased_person_is_nobody_anywhere()
    {
        var (me, email) = await WithPassword();
        var elsewhere = await SignIn(email, Password);
        await me.Post("/api/v1/me/addresses", AddressTests.Body(), "erase-1");
        Assert.Equal((403, "wrong_password"), await CodeOf(Erase(me, "not it")));
        Assert.Equal(200, (await elsewhere.Get("/api/v1/me")).Status);

        Assert.Equal(204, (await Erase(me, Password)).Status);
        Assert.Equal(401, (await me.Get("/api/v1/me")).Status);
        Assert.Equal(401, (await elsewhere.Get("/api/v1/me")).Status);
        Assert.Equal(401, (await Erase(me, Password)).Status);
        Assert.Equal(401, (await TrySignIn(email, Password)).Status);
        Assert.Equal(0, await shop.Count("select count(*) from accounts.addresses where person_id = $1", me.Person));
        Assert.Equal(0, await shop.Count(
            "select count(*) from accounts.people where email_key = $1 or display_name like 'With%' and id = $2", email, me.Person));
        Assert.Null(await shop.Services.GetRequiredService<Doorbuster.Contracts.Accounts.IPeople>()
            .Find(me.Person, CancellationToken.None));
        Assert.Null(await shop.Services.GetRequiredService<Sessions>()
            .TryStart(me.Person, false, null, CancellationToken.None));
        await Eventually.IsTrue(() => shop.Heard.CountOf(me.Person) == 1, "every feature hears of it");

        // The address is free again, and its next owner is another person.
        Assert.Equal(201, (await shop.Stranger().Post(
            "/api/v1/accounts", JsonSerializer.Serialize(new { email, password = Password, displayName = "New" }))).Status);
    }

    [Fact]
    public async Task Erasing_ten_times_at_once_erases_once()
    {
        var (me, _) = await WithPassword();
        var store = shop.Services.GetRequiredService<AccountStore>();
        var now = TimeProvider.System.GetUtcNow();
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => store.Erase(me.Person, now, CancellationToken.None)));
        await Eventually.IsTrue(() => shop.Heard.CountOf(me.Person) > 0, "it is heard of");
        await shop.Settled();
        Assert.Equal(1, shop.Heard.CountOf(me.Person));
    }

    [Fact]
    public async Task Everybody_with_an_account_is_exported_as_CSV()
    {
        var (me, email) = await WithPassword(name: "=cmd|' /C calc'!A0, \"Ada\"");
        var file = Path.Combine(Path.GetTempPath(), $"people-{me.Person}.csv");
        var (count, _) = await CsvExport.Write(
            file, UserExport.Header, shop.Services.GetRequiredService<UserExport>().Rows(CancellationToken.None),
            CancellationToken.None);
        var lines = (await File.ReadAllTextAsync(file)).TrimStart('\uFEFF').Split('\n', StringSplitOptions.RemoveEmptyEntries);
        File.Delete(file);
        Assert.Equal("id,email,display_name,is_admin,can_sign_in,time_zone,created_at", lines[0]);
        Assert.Equal(count, lines.Length - 1);
        var line = Assert.Single(lines, line => line.Contains(email, StringComparison.Ordinal));
        Assert.StartsWith(
            $"{PublicId.Format("usr", me.Person)},{email},\"'=cmd|' /C calc'!A0, \"\"Ada\"\"\",no,yes,,", line, StringComparison.Ordinal);
    }

    private static Task<Orders.Reply> Patch(Caller me, string body, string? ifMatch = null) => me.Send(
        HttpMethod.Patch, "/api/v1/me", body, ifMatch is null ? [] : [("If-Match", ifMatch)]);

    private static Task<Orders.Reply> ChangePassword(Caller me, string from, string to) => me.Send(
        HttpMethod.Put, "/api/v1/me/password", JsonSerializer.Serialize(new { oldPassword = from, newPassword = to }));

    private static Task<Orders.Reply> Erase(Caller me, string password) =>
        me.Post("/api/v1/me/erasure", JsonSerializer.Serialize(new { password }));

    private static async Task<(int, string?)> CodeOf(Task<Orders.Reply> reply) => ((await reply).Status, (await reply).Code);

    // With a hash that is cheap to make; checking it costs as much as its iterations.
    private async Task<(Caller Me, string Email)> WithPassword(string? name = null)
    {
        var me = await shop.NewPerson();
        var email = $"with-{me.Person}@example.test";
        using PasswordHashing cheap = new(iterations: 1_000);
        await using var command = shop.Sql.CreateCommand(
            "update accounts.people set password_hash = $2, email = $3, email_key = $3, display_name = $4 where id = $1");
        command.Parameters.AddRange(new NpgsqlParameter[]
        {
            new() { Value = me.Person }, new() { Value = await cheap.Hash(Password) }, new() { Value = email },
            new() { Value = name ?? $"With {me.Person}" },
        });
        await command.ExecuteNonQueryAsync();
        return (me, email);
    }

    private Task<Orders.Reply> TrySignIn(string email, string password) =>
        shop.Stranger().Post("/api/v1/sessions", JsonSerializer.Serialize(new { email, password }));

    private async Task<Caller> SignIn(string email, string password) =>
        new(shop.Client, (await TrySignIn(email, password)).Json.GetProperty("token").GetString(), 0);

    public sealed class HeardShop(SharedStores stores) : WholeShop(stores)
    {
        internal Erasures Heard { get; } = new();

        protected override void Change(IServiceCollection services)
        {
            services.AddSingleton(Heard);
            services.AddConsumer<PersonErased, Erasures>("tests.erasures", AccountsFeature.SchemaName);
        }
    }

    internal sealed class Erasures : IConsumer<PersonErased>
    {
        private readonly List<long> _people = [];

        public int CountOf(long person)
        {
            lock (_people)
                return _people.Count(erased => erased == person);
        }

        public Task Consume(PersonErased message, NpgsqlTransaction transaction, CancellationToken cancel)
        {
            lock (_people)
                _people.Add(message.Person);
            return Task.CompletedTask;
        }
    }
}
