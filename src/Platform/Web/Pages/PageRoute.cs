using Microsoft.AspNetCore.Builder;

namespace Doorbuster.Platform.Web.Pages;

/// <summary>Endpoint metadata: this endpoint answers people with pages. Its refusals are pages too, and it takes plain forms,
/// from our own pages only.</summary>
/// <param name="Language">The language of the page, as in <c>lang</c>.</param>
public sealed record PageRoute(string Language);

public static class PageRouteExtensions
{
    public static TBuilder IsPage<TBuilder>(this TBuilder endpoint, string language)
        where TBuilder : IEndpointConventionBuilder
    {
        var route = new PageRoute(language);
        endpoint.Add(builder => builder.Metadata.Add(route));
        return endpoint;
    }
}
