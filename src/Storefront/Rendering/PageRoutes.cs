using Doorbuster.Platform.Web;
using Doorbuster.Platform.Web.Pages;
using Doorbuster.Storefront.Languages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Storefront.Rendering;

/// <summary>Maps pages, each in every language. A page is one of three: everybody's, one person's, or the answer to a form.</summary>
internal sealed class PageRoutes(IEndpointRouteBuilder routes, PageAnswers answers)
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>The same for everybody, so that it can be kept here, in a CDN and in the browser. Its handler sees the route,
    /// the named parts of the query, and no cookie.</summary>
    /// <param name="query">The parameters it reads; others make no other page.</param>
    public void Cached(string path, Func<PageRequest, Task<PageResult>> show, params string[] query) =>
        ForAnyone(path, (http, language) => answers.Cached(http, language, query, show));

    /// <summary>As <see cref="Cached"/>, of what has a price: a member of a group of customers, who may pay less, gets it made
    /// for him, by the same handler in his name.</summary>
    public void Priced(string path, Func<PageRequest, Task<PageResult>> show, params string[] query) =>
        ForAnyone(path, (http, language) => answers.Priced(http, language, query, show));

    /// <summary>One person's; nobody keeps it.</summary>
    public void Personal(string path, Access access, Func<PageRequest, Task<PageResult>> show)
    {
        foreach (var language in Language.All)
            Let(Map(Reading, language, path, http => answers.Personal(http, language, show)), access);
    }

    /// <summary>Takes a form: does something and leads to a page that shows it, or shows the form again with what is wrong.</summary>
    /// <param name="shows">The page that is shown then, where it has another address.</param>
    public void Form(string path, Access access, Func<PageRequest, Task<PageResult>> handle, string? shows = null)
    {
        var page = new FormOf(shows ?? path);
        foreach (var language in Language.All)
            Let(Map([HttpMethods.Post], language, path, http => answers.Personal(http, language, handle)).WithMetadata(page), access);
    }

    private void ForAnyone(string path, Func<HttpContext, Language, Task> answer)
    {
        foreach (var language in Language.All)
            Map(Reading, language, path, http => path == "/" && language == Language.Default && LanguageChoice.LeadsElsewhere(http)
                ? Task.CompletedTask
                : answer(http, language)).ForAnyone();
    }

    private IEndpointConventionBuilder Map(string[] methods, Language language, string path, RequestDelegate handle) =>
        routes.MapMethods(language.Link(path), methods, handle).IsPage(language.Tag).ExcludeFromDescription();

    private static void Let(IEndpointConventionBuilder endpoint, Access access) => _ = access switch
    {
        Access.Anyone => endpoint.ForAnyone(),
        Access.Guest => endpoint.ForGuests(),
        Access.Admin => endpoint.ForAdmin(),
        _ => endpoint.ForPerson(),
    };
}
