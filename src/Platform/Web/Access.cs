using Microsoft.AspNetCore.Builder;

namespace Doorbuster.Platform.Web;

/// <summary>Who may call an endpoint. An endpoint that says nothing needs a signed-in person.</summary>
public enum Access
{
    Person,

    /// <summary>A signed-in person, or a guest: somebody with a token of his own but no account.</summary>
    Guest,
    Anyone,
    Admin,

    /// <summary>The handler itself asks <see cref="Credentials"/>, because it has a cheaper answer for most
    /// callers.</summary>
    CheckedByHandler,
}

public static class AccessExtensions
{
    extension<TBuilder>(TBuilder endpoint) where TBuilder : IEndpointConventionBuilder
    {
        /// <summary>No session needed; one that is there is read when the handler takes a
        /// <see cref="Person"/>.</summary>
        public TBuilder ForAnyone() => endpoint.WithMetadata(Access.Anyone);

        public TBuilder ForPerson() => endpoint.WithMetadata(Access.Person);

        /// <summary>Also for people who shop without an account. They see what is theirs and nothing else, as
        /// everybody does.</summary>
        public TBuilder ForGuests() => endpoint.WithMetadata(Access.Guest);

        public TBuilder ForAdmin() => endpoint.WithMetadata(Access.Admin);

        /// <summary>The handler refuses strangers itself, by <see cref="Credentials.TryRead"/> and the session's
        /// confirmation, in an order of its own.</summary>
        public TBuilder AccessCheckedByHandler()
        {
            endpoint.Add(HandlerOnly.Apply);
            return endpoint.WithMetadata(Access.CheckedByHandler);
        }
    }

    private static TBuilder WithMetadata<TBuilder>(this TBuilder endpoint, Access access)
        where TBuilder : IEndpointConventionBuilder
    {
        endpoint.Add(builder => builder.Metadata.Add(access));
        return endpoint;
    }
}
