using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Doorbuster.Contracts.Accounts;
using Doorbuster.Platform.Postgres;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Doorbuster.IntegrationTests.Web;

/// <summary>Sends nonsense to every endpoint that takes a body, those of tomorrow too.</summary>
public sealed class NonsenseTests(Database database) : IClassFixture<Database>, IAsyncLifetime
{
    private WebApplication _app = null!;
    private HttpClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(database.Addresses.Configuration).Build();
        _app = Server.Build(Roles.Named("all"), new Listen(IPAddress.Loopback, 0), configuration,
            services => services.AddSingleton<ISessions, OneAdministrator>().AddLogging(log => log.ClearProviders()));
        await _app.StartAsync();
        _client = new HttpClient { BaseAddress = new Uri(_app.Urls.First()) };
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task Nonsense_gets_400_everywhere_and_changes_nothing()
    {
        var json = _app.Services.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        var before = await CountRows();
        var tried = 0;
        var wrong = new List<string>();
        foreach (var endpoint in EveryEndpoint.Of(_app.Services).Where(endpoint => endpoint.Body is not null))
        {
            var bodies = NonsenseFor(json.GetTypeInfo(endpoint.Body!))
                .Where(body => !(endpoint.IsBodyOptional && body is "" or "null"));
            foreach (var body in bodies)
            {
                var (status, answer) = await endpoint.Ask(_client, "anything", "x", body);
                if (status != 400 || !answer.Contains("\"invalid_request\"", StringComparison.Ordinal))
                    wrong.Add($"{endpoint.Name} answered {body} with {status} {answer}");
                tried++;
            }
        }
        Assert.Empty(wrong);
        Assert.True(tried > 400, $"Only {tried} were tried.");
        Assert.Empty((await CountRows()).Where(table => table.Value != before.GetValueOrDefault(table.Key))
            .Select(table => $"{table.Key} had {before.GetValueOrDefault(table.Key)} rows and has {table.Value}"));
    }

    [Fact]
    public async Task What_is_no_JSON_or_absurdly_large_is_refused_everywhere()
    {
        var wrong = new List<string>();
        var large = $$"""{"x":"{{new string('x', 70_000)}}"}""";
        foreach (var endpoint in EveryEndpoint.Of(_app.Services).Where(endpoint => endpoint.Body is not null))
        {
            var (type, typed) = await endpoint.Ask(_client, "anything", "x", "{}", "text/plain");
            if (type != 415 || !typed.Contains("\"unsupported_media_type\"", StringComparison.Ordinal))
                wrong.Add($"{endpoint.Name} answered text/plain with {type} {typed}");
            if (endpoint.HasOwnSizeLimit)
                continue;
            var (size, sized) = await endpoint.Ask(_client, "anything", "x", large);
            if (size != 413 || !sized.Contains("\"body_too_large\"", StringComparison.Ordinal))
                wrong.Add($"{endpoint.Name} answered 70 kB with {size} {sized}");
        }
        Assert.Empty(wrong);
    }

    // Not JSON, not an object, a field nobody knows, and each field with a value of another type, out of all range, or
    // twice.
    private static IEnumerable<string> NonsenseFor(JsonTypeInfo type)
    {
        string[] bodies =
        [
            "", "null", "[]", "42", "\"text\"", "{", "{\"nobodyKnowsThis\":1}", "{\"a\":1,\"a\":2}", "{} {}", "{,}",
            new string('[', 200) + new string(']', 200),
        ];
        foreach (var body in bodies)
            yield return body;
        foreach (var property in type.Properties)
        {
            var fits = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            if (fits == typeof(JsonElement))
                continue;    // takes any JSON
            var name = property.Name;
            var nonsense = fits == typeof(string) ? "{\"not\":\"text\"}" : "\"\\u0000 nonsense\"";
            yield return $$"""{"{{name}}":{{nonsense}}}""";
            yield return $$"""{"{{name}}":null,"{{name}}":null}""";
            yield return $$"""{"{{name.ToUpperInvariant()}}":{{(fits == typeof(string) ? "\"x\"" : "1")}}}""";
            if (fits == typeof(int) || fits == typeof(long))
                foreach (var number in (string[])["1e400", "99999999999999999999", "-99999999999999999999", "1.5", "\"1\"", "0x1", "01"])
                    yield return $$"""{"{{name}}":{{number}}}""";
        }
    }

    // All that features keep; not what the platform notes about requests, messages and jobs.
    private async Task<Dictionary<string, long>> CountRows()
    {
        var tables = await database.Sql.Query(
            """
            select quote_ident(schemaname) || '.' || quote_ident(tablename) from pg_tables
            where schemaname not in ('pg_catalog', 'information_schema', 'platform', 'messaging', 'web')
              and tablename not in ('sessions', 'keys', 'endings')
            """,
            row => row.GetString(0), default);
        var counts = new Dictionary<string, long>();
        foreach (var table in tables)
            counts[table] = (await database.Sql.Query(
                $"select count(*) from {table}", row => row.GetInt64(0), default)).Single();
        return counts;
    }
}
