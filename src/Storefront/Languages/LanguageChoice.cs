using Doorbuster.Platform.Web;
using Doorbuster.Platform.Web.Pages;
using Doorbuster.Storefront.Rendering;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Storefront.Languages;

/// <summary>
/// Which language somebody gets who comes to the bare address: the one chosen before, else the best of what the browser reads.
/// Every other address says its language itself.
/// </summary>
internal static class LanguageChoice
{
    private const string Cookie = "lang";
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(365);

    /// <summary>The switch at the foot of every page. A form, so that it works without a script and nothing prefetches it.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/language", Choose).ForAnyone().IsPage(Language.Default.Tag).ExcludeFromDescription();

    /// <summary>True when the request was sent on to the first page in another language.</summary>
    public static bool LeadsElsewhere(HttpContext http)
    {
        http.Response.Headers.Vary = "Accept-Language, Cookie";
        var language = Of(http);
        if (language == Language.Default)
            return false;
        http.Response.StatusCode = StatusCodes.Status302Found;
        http.Response.Headers.CacheControl = "private, no-store";
        http.Response.Headers.Location = language.Link("/");
        return true;
    }

    /// <summary>The one chosen before, else the best of what the browser reads.</summary>
    public static Language Of(HttpContext http) => Language.Find(http.Request.Cookies[Cookie])
        ?? Language.Negotiate(http.Request.Headers.AcceptLanguage.ToString());

    public static void Keep(HttpContext http, Language language) =>
        http.Response.Cookies.Append(Cookie, language.Code, new CookieOptions
        {
            MaxAge = KeptFor,
            HttpOnly = true,
            Secure = http.Request.IsHttps,
            SameSite = SameSiteMode.Lax,
            IsEssential = true,
        });

    private static async Task Choose(HttpContext http)
    {
        var form = await PageForm.Read(http) ?? FormCollection.Empty;
        var language = Language.Find(form["to"]) ?? Language.Default;
        Keep(http, language);
        http.Response.StatusCode = StatusCodes.Status303SeeOther;
        http.Response.Headers.CacheControl = "private, no-store";
        http.Response.Headers.Location = language.Link(LocalPath.Or(form["back"], "/"));
    }
}
