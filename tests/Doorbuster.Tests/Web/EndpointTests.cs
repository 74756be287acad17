using System.Text;
using System.Text.Json;
using Doorbuster.Commands;
using Doorbuster.Platform.Web;
using Doorbuster.Platform.Web.Pages;
using Doorbuster.Platform.Web.Reference;
using Doorbuster.Storefront.Rendering;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.Tests.Web;

/// <summary>What holds for every endpoint of the program, whoever wrote it.</summary>
public sealed class EndpointTests
{
    // To let strangers in is a decision: whoever takes it writes it down here.
    private static readonly string[] OpenToAnyone =
    [
        "GET /api/v1/also-bought", "GET /api/v1/categories", "GET /api/v1/categories/{slug}/attributes", "GET /api/v1/coupon-offers", "GET /api/v1/products", "GET /api/v1/products/{sku}", "GET /api/v1/sales",
        "GET /api/v1/sales/{id}", "GET /api/v1/sales/{id}/events", "GET /api/v1/sales/{id}/socket",
        "GET /api/v1/sales/{id}/state", "GET /api/v1/shipping-methods", "GET /api/v1/time", "GET /docs/api/{**file}", "GET /healthz",
        "GET /images/demo/{name}.svg", "GET /images/{hash}.{type}",
        "GET /livez", "GET /metrics", "GET /openapi/v1.json", "GET /problems", "GET /problems/{code}", "GET /readyz",
        "GET /sandbox-payments/charges/{id}", "GET /sandbox-payments/transactions", "POST /api/v1/accounts",
        "POST /api/v1/guests",
        "POST /api/v1/payments/webhooks/sandbox",
        "POST /api/v1/sessions",
        "POST /sandbox-payments/charges", "POST /sandbox-payments/charges/{id}/approve",
        "POST /sandbox-payments/charges/{id}/decline",
        "POST /sandbox-payments/charges/{id}/refunds",
    ];

    // Pages, in every language; those of one person are not here.
    private static readonly string[] PagesForAnyone =
    [
        "GET /", "GET /cart", "GET /categories", "GET /categories/{slug}", "GET /checkout", "GET /help", "GET /products/{sku}", "GET /register", "GET /sales",
        "GET /sales/{id}", "GET /search", "GET /sign-in",
        "POST /cart/items", "POST /cart/items/{sku}", "POST /checkout", "POST /language", "POST /register", "POST /sales/{id}/buy", "POST /sign-in", "POST /sign-out",
    ];

    // What pages load, and what programs read of the shop.
    private static readonly string[] BesidePages =
    [
        "GET /admin/assets/{fingerprint}/{name}", "GET /assets/{fingerprint}/{name}", "GET /favicon.ico", "GET /feed.xml", "GET /me.json", "GET /robots.txt",
        "GET /sales/{id}/reminder.ics", "GET /sitemap.xml", "GET /zh/feed.xml", "GET /zh/sales/{id}/reminder.ics",
    ];

    [Fact]
    public async Task Strangers_may_call_what_is_listed_here_and_nothing_else()
    {
        await using var app = OpenApi.Describe();

        var open = Endpoints(app)
            .Where(endpoint => EndpointRules.AccessOf(endpoint) == Access.Anyone)
            .ToLookup(endpoint => endpoint.Metadata.GetMetadata<PageRoute>()?.Language ?? "");

        Assert.Equal(
            OpenToAnyone.Concat(BesidePages).Order(StringComparer.Ordinal),
            open[""].Select(Name).Order(StringComparer.Ordinal));
        Assert.Equal(PagesForAnyone, open["en"].Select(Name).Order(StringComparer.Ordinal));
    }

    // How one gets in and out.
    private static readonly string[] ConsoleForAnyone =
        ["GET /admin/sign-in", "POST /admin/language", "POST /admin/sign-in", "POST /admin/sign-out"];

    [Fact]
    public async Task The_console_asks_everybody_who_he_is()
    {
        await using var app = OpenApi.Describe();

        var console = Endpoints(app)
            .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/admin", StringComparison.Ordinal)
                && endpoint.Metadata.GetMetadata<PageRoute>() is not null)
            .ToLookup(EndpointRules.AccessOf);

        Assert.Equal(ConsoleForAnyone, console[Access.Anyone].Select(Name).Order(StringComparer.Ordinal));
        Assert.NotEmpty(console[Access.CheckedByHandler]);
        Assert.Equal([Access.Anyone, Access.CheckedByHandler], console.Select(access => access.Key).Order());
    }

    [Fact]
    public async Task Every_page_is_there_in_every_language()
    {
        await using var app = OpenApi.Describe();

        var pages = Endpoints(app).ToLookup(endpoint => endpoint.Metadata.GetMetadata<PageRoute>()?.Language ?? "");

        Assert.Equal(
            pages["en"].Select(page => (Name(page), EndpointRules.AccessOf(page))).Where(page => page.Item1 != "POST /language").Order(),
            pages["zh-Hans"].Select(page => (Name(page).Replace(" /zh", " /", StringComparison.Ordinal)
                .Replace("//", "/", StringComparison.Ordinal), EndpointRules.AccessOf(page))).Order());
    }

    [Fact]
    public async Task Every_form_names_a_page_that_can_be_asked_for()
    {
        await using var app = OpenApi.Describe();

        var pages = Endpoints(app).Where(endpoint => endpoint.Metadata.GetMetadata<PageRoute>() is not null).ToLookup(
            endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods[0]);
        var shown = pages["GET"].Select(page => page.RoutePattern.RawText).ToHashSet();

        Assert.All(pages["POST"].Where(form => form.RoutePattern.RawText != "/language"), form =>
            Assert.Contains(form.Metadata.GetMetadata<FormOf>()?.Page ?? Name(form), shown));
    }

    [Fact]
    public async Task Administration_is_for_administrators()
    {
        await using var app = OpenApi.Describe();

        var administration = Endpoints(app)
            .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/api/admin", StringComparison.Ordinal))
            .ToList();

        Assert.NotEmpty(administration);
        Assert.All(administration, endpoint =>
            Assert.True(EndpointRules.AccessOf(endpoint) == Access.Admin, Name(endpoint)));
    }

    [Fact]
    public async Task Every_operation_has_a_name_of_its_own_and_a_summary_and_says_how_it_refuses()
    {
        await using var app = OpenApi.Describe();
        var document = JsonDocument.Parse(await app.Services.GetRequiredService<ApiReference>().Document).RootElement;

        Assert.StartsWith("3.1", document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        var names = new HashSet<string?>();
        foreach (var path in document.GetProperty("paths").EnumerateObject())
            foreach (var operation in path.Value.EnumerateObject())
            {
                var what = $"{operation.Name} {path.Name}";
                Assert.True(operation.Value.TryGetProperty("operationId", out var name)
                    && names.Add(name.GetString()), what);
                Assert.True(operation.Value.TryGetProperty("summary", out _), what + " has no summary");
                Assert.True(operation.Value.GetProperty("responses").EnumerateObject()
                    .Any(response => response.Name[0] == '2'), what + " has no success");
                Assert.True(operation.Value.GetProperty("responses").TryGetProperty("503", out _),
                    what + " has no 503");
            }
    }

    [Fact]
    public void A_code_means_one_thing()
    {
        foreach (var code in ProblemCatalog.Declared().GroupBy(problem => problem.Code))
        {
            Assert.Matches("^[a-z][a-z0-9_]*$", code.Key);
            Assert.Single(code.Select(problem => (problem.Status, problem.Title, problem.Retryable)).Distinct());
        }
    }

    [Fact]
    public async Task The_committed_document_is_the_programs()
    {
        await using var app = OpenApi.Describe();
        AssertSame("openapi.json",
            Encoding.UTF8.GetString(await app.Services.GetRequiredService<ApiReference>().Document),
            "bin/doorbuster openapi export --out docs/reference/openapi.json");
    }

    [Fact]
    public void The_committed_error_reference_is_the_programs() =>
        AssertSame("errors.md", ErrorReference.Markdown(),
            "bin/doorbuster openapi errors --out docs/reference/errors.md");

    [Fact]
    public void The_committed_event_reference_is_the_programs() =>
        AssertSame("events.md", EventReference.Markdown(Features.All),
            "bin/doorbuster openapi events --out docs/reference/events.md");

    [Fact]
    public void Every_message_says_what_it_means() =>
        Assert.DoesNotContain("|  |", EventReference.Markdown(Features.All), StringComparison.Ordinal);

    private static void AssertSame(string file, string expected, string command)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Doorbuster.slnx")))
            folder = folder.Parent!;
        Assert.True(
            expected == File.ReadAllText(Path.Combine(folder.FullName, "docs", "reference", file)),
            $"docs/reference/{file} is not what the program says. If the change is meant: {command}");
    }

    private static IEnumerable<RouteEndpoint> Endpoints(WebApplication app) =>
        app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    private static string Name(RouteEndpoint endpoint) =>
        $"{endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods[0]} "
        + $"/{endpoint.RoutePattern.RawText!.Trim('/')}";
}
