using System.Text;
using Doorbuster.Contracts.Accounts;
using Doorbuster.Platform.Web;
using Doorbuster.Platform.Web.Pages;
using Doorbuster.Storefront.Api;
using Doorbuster.Storefront.Assets;
using Doorbuster.Storefront.Errors;
using Doorbuster.Storefront.Languages;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Doorbuster.Storefront.Rendering;

/// <summary>Runs a page's handler, renders what it decided, and sends it with the headers of its kind.</summary>
internal sealed class PageAnswers(
    LocalApi api, PageRenderer renderer, CachedPages cache, AssetStore assets, ICustomerGroups groups, ISessions sessions,
    TimeProvider clock, IOptions<StorefrontOptions> options)
{
    private const int QueryLengthMax = 1_000;

    private static readonly StringValues Html = "text/html; charset=utf-8";
    private static readonly StringValues Shared =
        "public, max-age=5, s-maxage=10, stale-while-revalidate=30, stale-if-error=600";
    private static readonly StringValues SharedBriefly = "public, max-age=5";
    private static readonly StringValues Nobody = "private, no-store";
    private static readonly StringValues Policy =
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; "
        + "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    public async Task Cached(
        HttpContext http, Language language, string[] query, Func<PageRequest, Task<PageResult>> show)
    {
        if (options.Value.IsInMaintenance)
        {
            await Send(http, language, new PageResult.Failed(ErrorPages.Maintenance));
            return;
        }
        var kept = QueryOf(http.Request, query);
        var context = ContextOf(http, language) with { Query = kept };
        var made = await cache.Get(
            $"{language.Code} {context.Origin}{context.Path}{kept}", () => Make(http.Request.RouteValues, context, show));
        if (made.Page is null)
        {
            await Send(http, language, made.Result);
            return;
        }
        await Write(http, made.Page, made.Status, made.Status == StatusCodes.Status200OK ? Shared : SharedBriefly);
    }

    /// <summary>What a member of a group of customers sees is his alone; nobody else's request costs more for it.</summary>
    public Task Priced(HttpContext http, Language language, string[] query, Func<PageRequest, Task<PageResult>> show)
    {
        // A cache in between must not give a stranger's page to a member. The first page varies by the cookie already.
        if (http.Response.Headers.Vary.Count == 0)
            http.Response.Headers.Vary = "Cookie";
        var his = groups.OfCaller(http, sessions);
        return his is { IsCompletedSuccessfully: true, Result.Count: 0 }
            ? Cached(http, language, query, show)
            : PricedFor(his, http, language, query, show);
    }

    private async Task PricedFor(
        ValueTask<IReadOnlyList<string>> his, HttpContext http, Language language, string[] query,
        Func<PageRequest, Task<PageResult>> show) => await ((await his).Count > 0
            ? Personal(http, language, show)
            : Cached(http, language, query, show));

    public async Task Personal(HttpContext http, Language language, Func<PageRequest, Task<PageResult>> handle)
    {
        if (options.Value.IsInMaintenance)
        {
            await Send(http, language, new PageResult.Failed(ErrorPages.Maintenance));
            return;
        }
        var form = HttpMethods.IsPost(http.Request.Method) ? await PageForm.Read(http) : FormCollection.Empty;
        if (form is null)
        {
            await Send(http, language, new PageResult.Failed(ErrorPages.Unreadable));
            return;
        }
        await Send(http, language, await handle(RequestOf(http, language, form, cookie: null)));
    }

    /// <summary>What a page is asked for.</summary>
    /// <param name="cookie">Instead of the caller's own, for what calls the API with a session of its own.</param>
    public PageRequest RequestOf(HttpContext http, Language language, IFormCollection form, string? cookie) => new(
        http, language, new ShopApi(api, http, http.RequestAborted, cookie),
        ContextOf(http, language), form);

    /// <summary>Sends what was decided; to nobody's cache.</summary>
    public async Task Send(HttpContext http, Language language, PageResult result)
    {
        switch (result)
        {
            case PageResult.GoneTo to:
                http.Response.StatusCode = StatusCodes.Status303SeeOther;
                http.Response.Headers.CacheControl = Nobody;
                http.Response.Headers.Location = to.Path.StartsWith('/') ? language.Link(to.Path) : to.Path;
                break;
            case PageResult.Failed failed:
                if (failed.Refusal.RetryAfter is { } wait)
                    http.Response.Headers.RetryAfter = wait.ToString(System.Globalization.CultureInfo.InvariantCulture);
                await Send(http, language, ErrorPages.PageOf(failed.Refusal, RequestId.Of(http)));
                break;
            case PageResult.Shown shown:
                var html = await renderer.Render(shown.Component, shown.Model, ContextOf(http, language));
                await Write(http, new PageBytes(html), shown.Status, Nobody);
                break;
        }
    }

    private async Task<Made> Make(
        RouteValueDictionary route, PageContext context, Func<PageRequest, Task<PageResult>> show)
    {
        // A context of its own, in which there is nothing of the person who happened to ask first. It also outlives him.
        using var limit = new CancellationTokenSource(options.Value.RenderingMax, clock);
        var nobody = new DefaultHttpContext { RequestAborted = limit.Token };
        nobody.Request.RouteValues = new RouteValueDictionary(route);
        nobody.Request.QueryString = new QueryString(context.Query);
        var result = await show(new PageRequest(
            nobody, context.Language, new ShopApi(api, caller: null, limit.Token), context, FormCollection.Empty));
        if (result is PageResult.Failed { Refusal.Status: StatusCodes.Status404NotFound } missing)
            result = ErrorPages.PageOf(missing.Refusal, requestId: null);
        return result switch
        {
            PageResult.Shown shown => new Made(
                new PageBytes(await renderer.Render(shown.Component, shown.Model, context)), result, shown.Status),
            PageResult.Failed failed => new Made(null, result, failed.Refusal.Status),
            _ => new Made(null, result, StatusCodes.Status303SeeOther),
        };
    }

    private static Task Write(HttpContext http, PageBytes page, int status, StringValues keep)
    {
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.XFrameOptions = "DENY";
        if (http.Request.IsHttps)
            headers.StrictTransportSecurity = "max-age=31536000";
        headers.CacheControl = keep;
        headers.Vary = headers.Vary.Count > 0 ? StringValues.Concat(headers.Vary, "Accept-Encoding") : "Accept-Encoding";
        http.Response.StatusCode = status;
        if (status == StatusCodes.Status200OK && keep != Nobody)
        {
            headers.ETag = page.Tag;
            if (EntityTags.Matches(http.Request.Headers.IfNoneMatch, page.Tag))
            {
                http.Response.StatusCode = StatusCodes.Status304NotModified;
                return Task.CompletedTask;
            }
        }
        // Compressing answers that hold a secret beside what a stranger chose tells the secret by its length: what is one
        // person's goes as it is, unless it is long and the proxy in front decides otherwise.
        var encoding = keep == Nobody ? null : Encodings.Best(http.Request.Headers.AcceptEncoding);
        var body = page.In(encoding);
        headers.ContentType = Html;
        if (encoding is not null)
            headers.ContentEncoding = encoding;
        headers.ContentLength = body.Length;
        return HttpMethods.IsHead(http.Request.Method)
            ? Task.CompletedTask
            : http.Response.Body.WriteAsync(body, http.RequestAborted).AsTask();
    }

    private PageContext ContextOf(HttpContext http, Language language) => new()
    {
        Language = language,
        Assets = assets,
        Path = FormOf.PathOf(http, language),
        Query = FormOf.QueryOf(http.Request),
        Origin = options.Value.OriginOf(http.Request),
        Now = clock.GetUtcNow(),
    };

    // What a page does not read must not make another page, or one address could fill the cache.
    private static string QueryOf(HttpRequest request, string[] names)
    {
        if (names.Length == 0 || request.Query.Count == 0)
            return "";
        var query = new StringBuilder();
        foreach (var name in names)
            foreach (var value in request.Query[name])
                if (!string.IsNullOrEmpty(value) && query.Length + value.Length < QueryLengthMax)
                    query.Append(query.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        return query.ToString();
    }
}
