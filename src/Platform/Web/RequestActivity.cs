using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Platform.Web;

/// <summary>The span of a request whose caller traces it.</summary>
internal static class RequestActivity
{
    private static readonly ActivitySource Source = new("Doorbuster.Web");

    /// <summary>Null when nobody listens, or the caller said not to record.</summary>
    public static Activity? Start(HttpRequest request) =>
        ActivityContext.TryParse(request.Headers.TraceParent, request.Headers.TraceState, isRemote: true,
            out var parent)
            ? Source.StartActivity(request.Method, ActivityKind.Server, parent)
            : null;

    // The framework of this version leaves the route and the status out.
    public static void Describe(Activity activity, HttpContext http)
    {
        activity.SetTag("http.request.method", http.Request.Method);
        activity.SetTag("http.response.status_code", http.Response.StatusCode);
        if (http.Response.StatusCode >= 500)
            activity.SetStatus(ActivityStatusCode.Error);
        if (http.GetEndpoint() is not RouteEndpoint { RoutePattern.RawText: { } route })
            return;
        activity.SetTag("http.route", route);
        activity.DisplayName = $"{http.Request.Method} {route}";
    }
}
