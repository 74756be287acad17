using Doorbuster.Platform;
using Doorbuster.Platform.Postgres;
using Doorbuster.Platform.Web;
using Doorbuster.Tests.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.IntegrationTests.Web;

public sealed class IdempotencyTests(Database database) : IClassFixture<Database>, IAsyncLifetime
{
    private const string Schema = "web_tests";

    private readonly TaskCompletionSource _entered = new();
    private readonly TaskCompletionSource _mayLeave = new();
    private TinyShop _shop = null!;

    public sealed record Ask(int Quantity, string Mode = "");

    public async ValueTask InitializeAsync()
    {
        await database.Sql.Execute("create table if not exists public.effects (key text, quantity int)",
            CancellationToken.None);
        _shop = await TinyShop.Start(
            app => app.MapPost("/things/{id}", Handle).Idempotent(Schema),
            builder =>
            {
                builder.Configuration.AddInMemoryCollection(database.Addresses.Configuration);
                builder.AddStores();
                builder.AddPostgres(Schema);
            });
    }

    public ValueTask DisposeAsync() => _shop.DisposeAsync();

    [Fact]
    public async Task Fifty_twins_at_once_have_one_effect_and_one_answer()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => SendUntilFinal("twins")));

        Assert.Single(answers.Select(a => a.Body).Distinct());
        Assert.All(answers, a => Assert.Equal((201, "/things/7"), (a.Status, a.Headers["Location"])));
        Assert.Single(answers, a => !a.Headers.ContainsKey("Idempotent-Replayed"));
        Assert.Equal(1, await Effects("twins"));
    }

    [Fact]
    public async Task A_twin_of_a_running_request_is_told_to_come_back()
    {
        var first = Send("slow", """{"quantity":1,"mode":"wait"}""");
        await _entered.Task;

        var twin = await Send("slow", """{"quantity":1,"mode":"wait"}""");
        Assert.Equal((409, "idempotency_key_in_use", "1"), (twin.Status, twin.Code, twin.Headers["Retry-After"]));

        _mayLeave.SetResult();
        Assert.Equal(201, (await first).Status);
        Assert.Equal((await first).Body, (await Send("slow", """{"quantity":1,"mode":"wait"}""")).Body);
        Assert.Equal(1, await Effects("slow"));
    }

    [Fact]
    public async Task A_key_stands_for_one_content_at_one_address_and_one_person()
    {
        await Send("content", """{"quantity":1}""");

        Assert.Equal("idempotency_key_reused", (await Send("content", """{"quantity":2}""")).Code);
        Assert.Equal("idempotency_key_reused", (await Send("content", """{"quantity":1}""", path: "/things/8")).Code);
        Assert.Equal(201, (await Send("content", """{ "quantity" : 1 }""")).Status);
        Assert.Equal(1, await Effects("content"));
        Assert.Equal(201, (await Send("content", """{"quantity":1}""", person: "admin")).Status);
        Assert.Equal(2, await Effects("content"));
    }

    [Theory]
    [InlineData(null, "idempotency_key_missing")]
    [InlineData("", "idempotency_key_missing")]
    [InlineData("two words", "idempotency_key_invalid")]
    [InlineData("long", "idempotency_key_invalid")]
    public async Task A_key_must_be_there_and_be_one(string? key, string code)
    {
        var answer = await Send(key == "long" ? new string('k', 256) : key, """{"quantity":1}""");
        Assert.Equal((400, code), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task A_quoted_key_is_the_same_key()
    {
        var first = await Send("\"quoted\"", """{"quantity":1}""");
        Assert.Equal(first.Body, (await Send("quoted", """{"quantity":1}""")).Body);
        Assert.Equal(1, await Effects("quoted"));
    }

    [Theory]
    [InlineData("throw", 500)]
    [InlineData("away", 503)]
    [InlineData("retryable", 409)]
    [InlineData("invalid", 400)]
    public async Task What_may_be_otherwise_next_time_is_neither_kept_nor_committed(string mode, int status)
    {
        Assert.Equal(status, (await Send(mode, $$"""{"quantity":1,"mode":"{{mode}}"}""")).Status);
        Assert.Equal(0, await Effects(mode));

        Assert.Equal(201, (await Send(mode, """{"quantity":1}""")).Status);
        Assert.Equal(1, await Effects(mode));
    }

    [Fact]
    public async Task A_refusal_on_the_merits_is_kept()
    {
        var refused = await Send("merits", """{"quantity":1,"mode":"refuse"}""");
        Assert.Equal((409, "spent"), (refused.Status, refused.Code));

        var again = await Send("merits", """{"quantity":1,"mode":"refuse"}""");
        Assert.Equal((refused.Body, "true"), (again.Body, again.Headers["Idempotent-Replayed"]));
        Assert.Equal("application/problem+json", again.Type);
    }

    [Fact]
    public async Task When_the_connection_dies_before_the_commit_the_key_is_free()
    {
        var lost = await Send("crash", """{"quantity":1,"mode":"kill"}""");
        Assert.Equal((503, "store_away"), (lost.Status, lost.Code));
        Assert.Equal(0, await Effects("crash"));

        Assert.Equal(201, (await Send("crash", """{"quantity":1}""")).Status);
        Assert.Equal(1, await Effects("crash"));
    }

    [Fact]
    public async Task Old_keys_are_removed_and_young_ones_stay()
    {
        await Send("young", """{"quantity":1}""");
        await Send("old", """{"quantity":1}""");
        await database.Sql.Execute("update web.idempotency set made_at = now() - interval '25 h' where key = 'old'",
            CancellationToken.None);

        Assert.Equal("removed 1", await new RemoveOldKeys(database.Sql).Run(CancellationToken.None));

        Assert.False((await Send("old", """{"quantity":1}""")).Headers.ContainsKey("Idempotent-Replayed"));
        Assert.True((await Send("young", """{"quantity":1}""")).Headers.ContainsKey("Idempotent-Replayed"));
    }

    private async Task<IResult> Handle(
        long id, Ask ask, Person person, IdempotentRequest request, CancellationToken cancel)
    {
        await request.Transaction.Execute("insert into public.effects values ($1, $2)", cancel,
            new NpgsqlParameter { Value = request.Key }, new NpgsqlParameter { Value = ask.Quantity });
        switch (ask.Mode)
        {
            case "wait":
                _entered.TrySetResult();
                await _mayLeave.Task;
                break;
            case "throw": throw new InvalidOperationException("a bug");
            case "away": throw new StoreAwayException("redis-gate");
            case "retryable": return new Problem(409, "busy", "Busy.", Retryable: true);
            case "invalid": return WebProblems.InvalidRequest;
            case "refuse": return new Problem(409, "spent", "Spent.");
            case "kill":
                await database.Sql.Execute(
                    $"select pg_terminate_backend({request.Transaction.Connection!.ProcessID})",
                    CancellationToken.None);
                break;
        }
        return TypedResults.Created($"/things/{id}",
            new { made = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), ask.Quantity, person.Id });
    }

    private async Task<TinyShop.Answer> SendUntilFinal(string key)
    {
        var deadline = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var answer = await Send(key, """{"quantity":1}""");
            if (answer.Code != "idempotency_key_in_use")
                return answer;
            Assert.True(TimeProvider.System.GetElapsedTime(deadline) < TimeSpan.FromSeconds(20),
                "The key stays in use.");
        }
    }

    private Task<TinyShop.Answer> Send(string? key, string body, string path = "/things/7", string person = "ada") =>
        _shop.Send(HttpMethod.Post, path, body, person, key is null ? [] : [(IdempotencyKey.HeaderName, key)]);

    private async Task<long> Effects(string key)
    {
        await using var command = database.Sql.CreateCommand("select count(*) from public.effects where key = $1");
        command.Parameters.Add(new() { Value = key });
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
