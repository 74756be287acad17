using Doorbuster.Storefront.Api;
using Doorbuster.Storefront.Languages;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.Storefront.Rendering;

/// <summary>What a page is asked for. A cached page's knows nobody: it has no cookie to read.</summary>
public sealed class PageRequest
{
    private readonly HttpContext _http;

    internal PageRequest(HttpContext http, Language language, ShopApi api, PageContext context, IFormCollection form)
    {
        (_http, Language, Api, Context, Form) = (http, language, api, context, form);
        Cancel = http.RequestAborted;
    }

    public Language Language { get; }

    public Words Words => Words.In(Language);

    public ShopApi Api { get; }

    public PageContext Context { get; }

    /// <summary>What was sent; empty unless the page takes a form.</summary>
    public IFormCollection Form { get; }

    public CancellationToken Cancel { get; }

    /// <summary>The part of the path that the route names.</summary>
    public string Route(string name) => (string?)_http.Request.RouteValues[name] ?? "";

    /// <summary>The first value in the query, or null; empty counts as none.</summary>
    public string? Query(string name) =>
        _http.Request.Query.TryGetValue(name, out var values) && values.Count > 0 && values[0] is { Length: > 0 } value
            ? value : null;

    public IReadOnlyList<string> QueryAll(string name) =>
        [.. _http.Request.Query[name].OfType<string>().Where(value => value.Length > 0)];

    /// <summary>A field of the form without blanks around it; empty when it is missing.</summary>
    public string Field(string name) => Form[name].ToString().Trim();

    /// <summary>The same; null when nothing is in it.</summary>
    public string? Text(string name) => Field(name) is { Length: > 0 } text ? text : null;

    /// <summary>For what only a page of one person needs: cookies, the session.</summary>
    public HttpContext Http => _http;
}
