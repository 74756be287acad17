using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Metadata;

namespace Doorbuster.Platform.Web;

public static class BodyLimitExtensions
{
    extension<TBuilder>(TBuilder endpoint) where TBuilder : IEndpointConventionBuilder
    {
        /// <summary>Takes bodies of up to so many bytes, instead of the 64 KiB of all others.</summary>
        public TBuilder TakesBodyOf(long bytes)
        {
            endpoint.Add(builder => builder.Metadata.Add(new BodyLimit(bytes)));
            return endpoint;
        }
    }

    // Routing tells the server before the body is read.
    private sealed record BodyLimit(long? MaxRequestBodySize) : IRequestSizeLimitMetadata;
}
