using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Doorbuster.Contracts.Accounts;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
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
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "anything");
        _client.DefaultRequestHeaders.Add(IdempotencyKey.HeaderName, "nonsense");
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task Nonsense_gets_400_everywhere()
    {
        var json = _app.Services.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        var tried = 0;
        var wrong = new List<string>();
        foreach (var endpoint in _app.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .OfType<RouteEndpoint>())
        {
            if (endpoint.Metadata.GetMetadata<IAcceptsMetadata>() is not { RequestType: { } type } accepts)
                continue;
            foreach (var body in NonsenseFor(json.GetTypeInfo(type))
                .Where(body => !(accepts.IsOptional && body is "" or "null")))
            {
                var (status, answer) = await Send(endpoint, body);
                if (status != 400 || !answer.Contains("\"invalid_request\"", StringComparison.Ordinal))
                    wrong.Add($"{endpoint.DisplayName} answered {body} with {status} {answer}");
                tried++;
            }
        }
        Assert.Empty(wrong);
        Assert.True(tried > 20, $"Only {tried} were tried.");
    }

    // Not JSON, not an object, a field nobody knows, and each field with a value of another type.
    private static IEnumerable<string> NonsenseFor(JsonTypeInfo type)
    {
        string[] bodies = ["", "null", "[]", "42", "\"text\"", "{", "{\"nobodyKnowsThis\":1}", "{\"a\":1,\"a\":2}"];
        foreach (var body in bodies)
            yield return body;
        foreach (var property in type.Properties)
        {
            var nonsense = property.PropertyType == typeof(string) ? "{\"not\":\"text\"}" : "\"\\u0000 nonsense\"";
            yield return $$"""{"{{property.Name}}":{{nonsense}}}""";
        }
    }

    private async Task<(int Status, string Answer)> Send(RouteEndpoint endpoint, string body)
    {
        var path = string.Join('/', endpoint.RoutePattern.PathSegments.Select(segment =>
            string.Concat(segment.Parts.Select(part => (part as RoutePatternLiteralPart)?.Content ?? "x"))));
        var method = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods[0];
        using var request = new HttpRequestMessage(new HttpMethod(method), path)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        using var response = await _client.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
