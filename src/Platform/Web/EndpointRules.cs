using Doorbuster.Platform.Telemetry;
using Doorbuster.Platform.Web.Pages;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Platform.Web;

/// <summary>What an endpoint's metadata say to the front door, read once per endpoint.</summary>
/// <param name="NeedsTimer">False for endpoints that bound their waits themselves.</param>
/// <param name="TimeLimit">Null: until the process stops.</param>
/// <param name="IsPage">Answers people, and takes their forms.</param>
internal sealed record EndpointRules(Access Access, bool NeedsTimer, TimeSpan? TimeLimit, RequestTimes.OfRoute Times,
    bool IsPage = false)
{
    /// <summary>Where no route leads: routing's own end of the pipeline says 404.</summary>
    public static EndpointRules Nowhere(RequestTimes times) =>
        new(Access.Anyone, NeedsTimer: false, null, times.Of("", ""));

    public static EndpointRules Of(Endpoint endpoint, TimeSpan defaultLimit, RequestTimes times)
    {
        // What is no route is the router's own refusal of a method or a media type: it answers without touching
        // anything.
        if (endpoint is not RouteEndpoint { RoutePattern: var pattern })
            return Nowhere(times);
        var limit = LimitOf(endpoint) ?? new TimeLimit(defaultLimit);
        var method = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods is [var one] ? one : "";
        return new EndpointRules(AccessOf(endpoint), !limit.NeedsNone, limit.Value,
            times.Of(method, pattern.RawText ?? ""), endpoint.Metadata.GetMetadata<PageRoute>() is not null);
    }

    public static Access AccessOf(Endpoint endpoint) =>
        endpoint.Metadata.OfType<Access>().Cast<Access?>().LastOrDefault() ?? Access.Person;

    private static TimeLimit? LimitOf(Endpoint endpoint) => endpoint.Metadata.GetMetadata<TimeLimit>()
        ?? (AccessOf(endpoint) == Access.CheckedByHandler ? new TimeLimit(null, NeedsNone: true) : null);
}
