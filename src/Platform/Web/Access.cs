using Microsoft.AspNetCore.Builder;

namespace Doorbuster.Platform.Web;

/// <summary>Who may call an endpoint. An endpoint that says nothing needs a signed-in person.</summary>
public enum Access { Person, Anyone, Admin }

public static class AccessExtensions
{
    extension<TBuilder>(TBuilder endpoint) where TBuilder : IEndpointConventionBuilder
    {
        /// <summary>No session needed; one that is there is still read.</summary>
        public TBuilder ForAnyone() => endpoint.WithMetadata(Access.Anyone);

        public TBuilder ForPerson() => endpoint.WithMetadata(Access.Person);

        public TBuilder ForAdmin() => endpoint.WithMetadata(Access.Admin);
    }

    private static TBuilder WithMetadata<TBuilder>(this TBuilder endpoint, Access access) where TBuilder : IEndpointConventionBuilder
    {
        endpoint.Add(builder => builder.Metadata.Add(access));
        return endpoint;
    }
}
