using Microsoft.AspNetCore.Builder;

namespace Doorbuster.Platform.Web;

/// <summary>What an endpoint may refuse with; endpoint metadata, from which the OpenAPI document lists the
/// codes.</summary>
internal sealed record Refusals(IReadOnlyList<Problem> Problems);

public static class RefusalExtensions
{
    extension<TBuilder>(TBuilder endpoint) where TBuilder : IEndpointConventionBuilder
    {
        /// <summary>Declares the refusals of the endpoint beside those of <see cref="WebProblems"/> that follow from
        /// how it is mapped (sign-in, validation, stores).</summary>
        public TBuilder Refuses(params Problem[] problems)
        {
            endpoint.Add(builder => builder.Metadata.Add(new Refusals(problems)));
            return endpoint;
        }
    }
}
