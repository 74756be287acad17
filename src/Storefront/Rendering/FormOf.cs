using System.Text.RegularExpressions;
using Doorbuster.Storefront.Languages;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Storefront.Rendering;

/// <summary>
/// Endpoint metadata of what takes a form: the page that is shown when it leads nowhere else. Nobody can ask for the form's own
/// address, so what leads back to the page (again, another language, signing in) goes by this.
/// </summary>
/// <param name="Page">Without the language; <c>{id}</c> is the form's own.</param>
internal sealed partial record FormOf(string Page)
{
    /// <summary>The path of the page that is shown, in the default language.</summary>
    public static string PathOf(HttpContext http, Language language)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<FormOf>() is { } form)
            return form.With(http.Request.RouteValues);
        return HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method)
            ? language.Strip(http.Request.Path.Value ?? "/") : "/";
    }

    /// <summary>What was asked for besides the path; of a form's own nothing stays.</summary>
    public static string QueryOf(HttpRequest request) =>
        HttpMethods.IsPost(request.Method) ? "" : request.QueryString.Value ?? "";

    private string With(RouteValueDictionary values) => Name().Replace(
        Page, name => Uri.EscapeDataString((string?)values[name.Groups[1].Value] ?? ""));

    [GeneratedRegex("{([a-z]+)}")]
    private static partial Regex Name();
}
