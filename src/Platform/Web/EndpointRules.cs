using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Platform.Web;

/// <summary>What an endpoint's metadata say to the front door, read once per endpoint.</summary>
/// <param name="NeedsTimer">False for endpoints that bound their waits themselves.</param>
/// <param name="TimeLimit">Null: until the process stops.</param>
internal sealed record EndpointRules(Access Access, bool NeedsTimer, TimeSpan? TimeLimit)
{
    // What is no route is the router's own refusal of a method or a media type: it answers without touching anything.
    private static readonly EndpointRules OfRouter = new(Access.Anyone, NeedsTimer: false, null);

    public static EndpointRules Of(Endpoint endpoint, TimeSpan defaultLimit)
    {
        if (endpoint is not RouteEndpoint)
            return OfRouter;
        var access = endpoint.Metadata.OfType<Access>().Cast<Access?>().LastOrDefault() ?? Access.Person;
        var limit = endpoint.Metadata.GetMetadata<TimeLimit>()
            ?? (access == Access.CheckedByHandler ? new TimeLimit(null, NeedsNone: true) : new TimeLimit(defaultLimit));
        return new EndpointRules(access, !limit.NeedsNone, limit.Value);
    }
}
