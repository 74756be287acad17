using Doorbuster.Contracts.Accounts;
using Doorbuster.Platform.Web.Pages;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.Platform.Web;

/// <summary>Finds the session token of a request: <c>Authorization: Bearer</c> for programs, a cookie for
/// pages.</summary>
public static class Credentials
{
    private const string Bearer = "Bearer ";
    private const string SecureCookie = "__Host-sid";
    private const string PlainCookie = "sid";    // a __Host- cookie needs https, which a laptop does not have

    /// <summary>
    /// Reads the token's signature; no I/O. Returns the refusal, or null when <paramref name="token"/> is good. Whether
    /// its session still lives is for <see cref="ISessions.Confirm"/> to say.
    /// </summary>
    public static Problem? TryRead(HttpContext http, ISessions sessions, out SignedToken token)
    {
        var authorization = http.Request.Headers.Authorization;
        if (authorization.Count == 1 && authorization[0] is { } header
            && header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            return sessions.TryRead(header.AsSpan(Bearer.Length).Trim(' '), out token)
                ? null
                : WebProblems.SignInRequired;

        token = default;
        if (authorization.Count > 0 || http.Request.Headers.Cookie.Count == 0)
            return WebProblems.SignInRequired;
        if (http.Request.Cookies[CookieName(http)] is not { Length: > 0 } cookie
            || !sessions.TryRead(cookie, out token))
            return WebProblems.SignInRequired;
        return IsOurPages(http.Request) ? null : WebProblems.CrossSite;
    }

    /// <summary>Hands the token to the browser, for our pages only.</summary>
    public static void SetCookie(HttpContext http, string token, DateTimeOffset expiresAt) =>
        http.Response.Cookies.Append(CookieName(http), token, Cookie(http, expiresAt));

    public static void DeleteCookie(HttpContext http) =>
        http.Response.Cookies.Delete(CookieName(http), Cookie(http, null));

    /// <summary>The header with which a request in the process carries this token.</summary>
    public static string CookieOf(HttpContext http, string token) => $"{CookieName(http)}={token}";

    private static string CookieName(HttpContext http) => http.Request.IsHttps ? SecureCookie : PlainCookie;

    private static CookieOptions Cookie(HttpContext http, DateTimeOffset? expiresAt) => new()
    {
        HttpOnly = true,
        Secure = http.Request.IsHttps,
        SameSite = SameSiteMode.Lax,
        Path = "/",
        Expires = expiresAt,
    };

    /// <summary>A page takes plain forms, which any site could send: it takes those only that the browser says come from
    /// us. It says so of every form, also without a script.</summary>
    internal static bool IsOurForm(HttpRequest request) => IsReading(request) || ComesFromUs(request);

    // The browser sends a cookie along whoever wrote the page; a bearer token it does not. So a change made with a
    // cookie must say that it comes from us, in a header no page can forge, and in a content type that no plain form
    // can send; but where a page takes forms.
    private static bool IsOurPages(HttpRequest request) => IsReading(request)
        || ((request.ContentType is null || request.HasJsonContentType()
                || request.HttpContext.GetEndpoint()?.Metadata.GetMetadata<PageRoute>() is not null)
            && ComesFromUs(request));

    internal static bool IsReading(HttpRequest request) => HttpMethods.IsGet(request.Method)
        || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method);

    private static bool ComesFromUs(HttpRequest request)
    {
        if (request.Headers.TryGetValue("Sec-Fetch-Site", out var site))
            return site == "same-origin" || site == "none";
        return request.Headers.TryGetValue("Origin", out var origin)
            && string.Equals(origin, $"{request.Scheme}://{request.Host.Value}", StringComparison.OrdinalIgnoreCase);
    }
}
