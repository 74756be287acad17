using System.Collections.Concurrent;
using Doorbuster.Contracts.Accounts;
using Doorbuster.Platform.Postgres;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Doorbuster.Platform.Web;

/// <summary>
/// The one middleware between routing and the endpoints: headers every answer has, who may enter, and what becomes of an
/// exception. One, because each costs every request; and without a state machine while nothing waits.
/// </summary>
internal sealed class FrontDoor(RequestDelegate next, IServiceProvider services, ILogger<FrontDoor> log)
{
    private readonly Lazy<ISessions?> _sessions = new(services.GetService<ISessions>);
    private readonly ConcurrentDictionary<Endpoint, Access> _access = new();

    public Task Invoke(HttpContext http)
    {
        http.Response.Headers[RequestId.HeaderName] = RequestId.Next();
        var endpoint = http.GetEndpoint();
        if (endpoint is null)
            return WebProblems.NotFound.ExecuteAsync(http);

        var access = _access.GetOrAdd(endpoint, AccessOf);
        return access is Access.Anyone or Access.CheckedByHandler ? Enter(http) : Check(http, access);
    }

    // What is no route is the router's own refusal of a method or a media type: it answers without touching anything.
    private static Access AccessOf(Endpoint endpoint) => endpoint is RouteEndpoint
        ? endpoint.Metadata.OfType<Access>().Cast<Access?>().LastOrDefault() ?? Access.Person
        : Access.Anyone;

    private Task Check(HttpContext http, Access access)
    {
        if (_sessions.Value is not { } sessions)
            return WebProblems.SignInRequired.ExecuteAsync(http);
        if (Credentials.TryRead(http, sessions, out var token) is { } refusal)
            return refusal.ExecuteAsync(http);

        ValueTask<Session?> confirmed;
        try
        {
            confirmed = sessions.Confirm(token, http.RequestAborted);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return Answer(http, error);
        }
        return confirmed.IsCompletedSuccessfully ? Admit(http, access, confirmed.Result) : AdmitLater(http, access, confirmed);
    }

    private async Task AdmitLater(HttpContext http, Access access, ValueTask<Session?> confirmed)
    {
        Session? session;
        try
        {
            session = await confirmed;
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            await Answer(http, error);
            return;
        }
        await Admit(http, access, session);
    }

    private Task Admit(HttpContext http, Access access, Session? session)
    {
        if (session is null)
            return WebProblems.SignInRequired.ExecuteAsync(http);
        if (access == Access.Admin && !session.IsAdmin)
            return WebProblems.Forbidden.ExecuteAsync(http);
        http.Features.Set(session);
        return Enter(http);
    }

    private Task Enter(HttpContext http)
    {
        Task entered;
        try
        {
            entered = next(http);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return Answer(http, error);
        }
        return entered.IsCompletedSuccessfully ? Explain(http) : Leave(http, entered);
    }

    private async Task Leave(HttpContext http, Task entered)
    {
        try
        {
            await entered;
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            await Answer(http, error);
            return;
        }
        await Explain(http);
    }

    /// <summary>A bare status is no answer: it gets its problem as a body.</summary>
    private static Task Explain(HttpContext http)
    {
        var response = http.Response;
        return response.StatusCode < 400 || response.HasStarted || response.ContentType is not null || response.ContentLength > 0
            || WebProblems.Of(response.StatusCode) is not { } problem
                ? Task.CompletedTask
                : problem.ExecuteAsync(http);
    }

    private Task Answer(HttpContext http, Exception error)
    {
        if (http.RequestAborted.IsCancellationRequested)
            return Task.CompletedTask;    // Nobody listens any more.

        var id = RequestId.Of(http);
        var problem = error switch
        {
            BadHttpRequestException bad => InvalidRequests.Explain(bad),
            StoreAwayException or NpgsqlException { IsAway: true } => WebProblems.StoreAway,
            _ => WebProblems.InternalError,
        };
        if (problem.Code == WebProblems.InternalError.Code)
            log.RequestFailed(error, id, http.Request.Method, http.Request.Path);
        else if (problem.Status >= 500)
            log.StoreAway(id, http.Request.Method, http.Request.Path, error.Message);

        if (http.Response.HasStarted)
        {
            http.Abort();    // What was sent is half an answer; only a broken connection says so.
            return Task.CompletedTask;
        }
        http.Response.Clear();
        http.Response.Headers[RequestId.HeaderName] = id;
        return problem.ExecuteAsync(http);
    }
}
