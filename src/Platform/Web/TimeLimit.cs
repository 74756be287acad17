using Microsoft.AspNetCore.Builder;

namespace Doorbuster.Platform.Web;

/// <summary>Endpoint metadata: how long a request may take. Null: as long as it needs, until the process
/// stops.</summary>
internal sealed record TimeLimit(TimeSpan? Value, bool NeedsNone = false);

public static class TimeLimitExtensions
{
    extension<TBuilder>(TBuilder endpoint) where TBuilder : IEndpointConventionBuilder
    {
        /// <summary>Instead of the default limit.</summary>
        public TBuilder TakesAtMost(TimeSpan limit) => endpoint.WithMetadata(new TimeLimit(limit));

        /// <summary>A long poll or an event stream: no limit, and the request's token is cancelled when the process
        /// stops.</summary>
        public TBuilder TakesLong() => endpoint.WithMetadata(new TimeLimit(null));

        /// <summary>Never waits, or bounds its waits itself: the request gets no timer, which busy endpoints would
        /// feel.</summary>
        public TBuilder BoundsItsWaits()
        {
            endpoint.Add(HandlerOnly.Apply);
            return endpoint.WithMetadata(new TimeLimit(null, NeedsNone: true));
        }
    }

    private static TBuilder WithMetadata<TBuilder>(this TBuilder endpoint, TimeLimit limit)
        where TBuilder : IEndpointConventionBuilder
    {
        endpoint.Add(builder => builder.Metadata.Add(limit));
        return endpoint;
    }
}
