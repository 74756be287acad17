using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.Platform.Web.Pages;

/// <summary>
/// The shop's own HTTP API, called inside the process: the same routing, front door and endpoints as over the network, without
/// the network. What pages do is therefore what any client can do, refusals included. It has every feature's endpoints, also
/// those that this process's role does not offer outside.
/// </summary>
public sealed class LocalApi(IServiceProvider services)
{
    private const string RoutesOfBuilder = "__EndpointRouteBuilder";    // where UseRouting keeps its routes

    private readonly Lock _turn = new();
    private IReadOnlyList<Feature> _notMapped = [];
    private RequestDelegate? _pipeline;

    /// <summary>Tells which features the role leaves out. Called once, before the server starts.</summary>
    public void Add(IReadOnlyList<Feature> notMapped) => _notMapped = notMapped;

    public async Task<LocalAnswer> Send(LocalRequest request, CancellationToken cancel)
    {
        var pipeline = _pipeline ?? Open();
        using var body = new MemoryStream();
        var http = MakeContext(request, body, cancel);
        await using var scope = services.CreateAsyncScope();
        http.RequestServices = scope.ServiceProvider;
        await pipeline(http);
        await http.Response.CompleteAsync();
        return new LocalAnswer(http.Response.StatusCode, http.Response.Headers, body.ToArray());
    }

    private static DefaultHttpContext MakeContext(LocalRequest request, MemoryStream body, CancellationToken cancel)
    {
        var http = new DefaultHttpContext { RequestAborted = cancel };
        http.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(body));
        var inner = http.Request;
        inner.Method = request.Method;
        var query = request.Path.IndexOf('?', StringComparison.Ordinal);
        inner.Path = PathString.FromUriComponent(query < 0 ? request.Path : request.Path[..query]);
        if (query >= 0)
            inner.QueryString = new QueryString(request.Path[query..]);
        (inner.Scheme, inner.Host, inner.Protocol) = ("http", new HostString("localhost"), "HTTP/1.1");
        if (request.Caller is { } caller)
        {
            (inner.Scheme, inner.Host) = (caller.Request.Scheme, caller.Request.Host);
            inner.Headers.Cookie = request.Cookie ?? caller.Request.Headers.Cookie;
            http.Connection.RemoteIpAddress = caller.Connection.RemoteIpAddress;
            // The front door has let the page's request in; what the page sends on comes from us.
            inner.Headers["Sec-Fetch-Site"] = "same-origin";
            inner.Headers.UserAgent = caller.Request.Headers.UserAgent;
        }
        if (request.IdempotencyKey is not null)
            inner.Headers["Idempotency-Key"] = request.IdempotencyKey;
        if (request.IfMatch is not null)
            inner.Headers.IfMatch = request.IfMatch;
        if (request.Body is { } sent)
        {
            inner.ContentType = request.ContentType;
            inner.ContentLength = sent.Length;
            inner.Body = new MemoryStream(sent, writable: false);
            http.Features.Set<IHttpRequestBodyDetectionFeature>(HasBody.Instance);
        }
        return http;
    }

    private RequestDelegate Open()
    {
        lock (_turn)
        {
            if (_pipeline is not null)
                return _pipeline;
            var app = new ApplicationBuilder(services);
            app.UseRouting();
            var routes = (IEndpointRouteBuilder)app.Properties[RoutesOfBuilder]!;
            routes.DataSources.Add(services.GetRequiredService<EndpointDataSource>());    // what the role has mapped
            foreach (var feature in _notMapped)
                feature.MapEndpoints(routes);
            app.UseMiddleware<FrontDoor>();
            app.Run(http => http.GetEndpoint()?.RequestDelegate is { } endpoint ? endpoint(http) : NotFound(http));
            return _pipeline = app.Build();
        }
    }

    private static Task NotFound(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private sealed class HasBody : IHttpRequestBodyDetectionFeature
    {
        public static readonly HasBody Instance = new();

        public bool CanHaveBody => true;
    }
}

/// <param name="Path">With the query, escaped as on the wire.</param>
public sealed record LocalRequest(string Method, string Path)
{
    /// <summary>The page's request, in whose name it is made; null: nobody's.</summary>
    public HttpContext? Caller { get; init; }

    /// <summary>Instead of the caller's own cookies: those of a session that began with this very request.</summary>
    public string? Cookie { get; init; }

    public byte[]? Body { get; init; }

    /// <summary>The body's; null: a file, which is what its bytes are.</summary>
    public string? ContentType { get; init; } = "application/json";

    public string? IdempotencyKey { get; init; }

    public string? IfMatch { get; init; }
}

public sealed record LocalAnswer(int Status, IHeaderDictionary Headers, ReadOnlyMemory<byte> Body);
