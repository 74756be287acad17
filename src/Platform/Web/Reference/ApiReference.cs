using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Doorbuster.Platform.Web.Reference;

/// <summary>The API described: the OpenAPI document, written once per process, and the page that shows it.</summary>
public sealed class ApiReference(IServiceProvider services)
{
    private const string PagePolicy =
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        + "frame-ancestors 'none'; base-uri 'none'";

    private readonly Lazy<Task<byte[]>> _document = new(() => Write(services));

    /// <summary>The document as JSON; needs no store.</summary>
    public Task<byte[]> Document => _document.Value;

    internal static void Map(WebApplication app)
    {
        var reference = app.Services.GetRequiredService<ApiReference>();
        app.MapGet($"/openapi/{ApiDocument.Name}.json", async (HttpContext http) =>
        {
            var document = await reference.Document;
            http.Response.Headers.ETag = $"\"{Convert.ToHexStringLower(SHA256.HashData(document).AsSpan(0, 8))}\"";
            return TypedResults.Bytes(document, "application/json");
        }).ForAnyone().ExcludeFromDescription();

        app.MapGet("/docs/api/{**file}", Page(app)).ForAnyone().ExcludeFromDescription();
    }

    // A branch of its own behind a route: as middleware it would look at every request of the shop.
    private static RequestDelegate Page(IEndpointRouteBuilder routes)
    {
        var branch = routes.CreateApplicationBuilder();
        branch.Use(next => http =>
        {
            http.SetEndpoint(null);    // static files leave a request alone that has one
            http.Response.Headers.ContentSecurityPolicy = PagePolicy;
            return next(http);
        });
        branch.UseSwaggerUI(page =>
        {
            page.RoutePrefix = "docs/api";
            page.DocumentTitle = "Doorbuster API";
            page.SwaggerEndpoint($"/openapi/{ApiDocument.Name}.json", "Doorbuster");
        });
        return branch.Build();
    }

    private static async Task<byte[]> Write(IServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        var document = await scope.ServiceProvider.GetRequiredKeyedService<IOpenApiDocumentProvider>(ApiDocument.Name)
            .GetOpenApiDocumentAsync();
        var json = await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1);
        return Encoding.UTF8.GetBytes(json.ReplaceLineEndings("\n").TrimEnd() + "\n");
    }
}
