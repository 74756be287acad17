using System.Net.Http.Headers;
using System.Text;
using Doorbuster.Platform.Web;
using Doorbuster.Platform.Web.Pages;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.IntegrationTests.Web;

/// <summary>One endpoint of the running shop, those of tomorrow too.</summary>
internal sealed class EveryEndpoint
{
    private readonly RouteEndpoint _endpoint;

    private EveryEndpoint(RouteEndpoint endpoint) => _endpoint = endpoint;

    public string Method => _endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods[0] ?? "GET";

    public string Route => "/" + _endpoint.RoutePattern.RawText!.Trim('/');

    public string Name => $"{Method} {Route}";

    public Access Access => EndpointRules.AccessOf(_endpoint);

    public bool HasParameters => _endpoint.RoutePattern.Parameters.Count > 0;

    /// <summary>The type of its JSON body; null when it takes none.</summary>
    public Type? Body => Accepts is { RequestType: { } type, ContentTypes: var types }
        && types.Contains("application/json") ? type : null;

    public bool IsBodyOptional => Accepts is { IsOptional: true };

    /// <summary>What it takes more of than others, by a rule of its own.</summary>
    public bool IsPage => _endpoint.Metadata.GetMetadata<PageRoute>() is not null;

    public bool HasOwnSizeLimit => _endpoint.Metadata.GetMetadata<IRequestSizeLimitMetadata>() is not null;

    private IAcceptsMetadata? Accepts => _endpoint.Metadata.GetMetadata<IAcceptsMetadata>();

    public static IReadOnlyList<EveryEndpoint> Of(IServiceProvider services) =>
        [.. services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Select(endpoint => new EveryEndpoint(endpoint))
            .OrderBy(endpoint => endpoint.Name, StringComparer.Ordinal)];

    /// <summary>The address with this in the place of each parameter.</summary>
    public string PathWith(string id) => "/" + string.Join('/', _endpoint.RoutePattern.PathSegments.Select(segment =>
        string.Concat(segment.Parts.Select(part => (part as RoutePatternLiteralPart)?.Content ?? id))));

    /// <summary>Status and code of the answer to a request with every header that any endpoint asks for.</summary>
    public async Task<(int Status, string Body)> Ask(
        HttpClient client, string? token, string id, string? body, string type = "application/json", string key = "generated")
    {
        using var request = new HttpRequestMessage(new HttpMethod(Method), PathWith(id));
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.TryAddWithoutValidation(IdempotencyKey.HeaderName, key);
        request.Headers.TryAddWithoutValidation("If-Match", "\"1\"");
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, type);
        // An event stream has no end: its status is enough.
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var text = answer.Content.Headers.ContentType?.MediaType == "text/event-stream"
            ? "" : await answer.Content.ReadAsStringAsync();
        return ((int)answer.StatusCode, text);
    }
}
