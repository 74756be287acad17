using System.Collections.Concurrent;
using System.Diagnostics;
using Doorbuster.Contracts.Accounts;
using Doorbuster.Platform.Postgres;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Npgsql;

namespace Doorbuster.Platform.Web;

/// <summary>
/// The one middleware between routing and the endpoints: headers every answer has, who may enter, and what becomes of an
/// exception. One, because each costs every request; and without a state machine while nothing waits.
/// </summary>
internal sealed class FrontDoor(
    RequestDelegate next, IServiceProvider services, IOptions<WebOptions> options, IHostApplicationLifetime lifetime, ILogger<FrontDoor> log)
{
    private static readonly StringValues NoSniff = "nosniff";

    private readonly Lazy<ISessions?> _sessions = new(services.GetService<ISessions>);
    private readonly ConcurrentDictionary<Endpoint, EndpointRules> _rules = new();
    private readonly TimeSpan _timeLimit = options.Value.RequestTimeout;

    public Task Invoke(HttpContext http)
    {
        return Activity.Current is { IsAllDataRequested: true } || http.Request.Headers.TraceParent.Count > 0
            ? Followed(http)
            : Receive(http);
    }

    // The framework made the activity when traces are exported; else this request is followed because its caller does.
    private async Task Followed(HttpContext http)
    {
        using var own = Activity.Current is null ? RequestActivity.Start(http.Request) : null;
        await Receive(http);
        if (Activity.Current is { } activity)
            RequestActivity.Describe(activity, http);
    }

    private Task Receive(HttpContext http)
    {
        SetHeaders(http.Response.Headers, RequestId.Next());
        var endpoint = http.GetEndpoint();
        if (endpoint is null)
            return WebProblems.NotFound.ExecuteAsync(http);

        var rules = _rules.TryGetValue(endpoint, out var known)
            ? known
            : _rules.GetOrAdd(endpoint, EndpointRules.Of(endpoint, _timeLimit));
        return rules.Access is Access.Anyone or Access.CheckedByHandler ? Enter(http, rules) : Check(http, rules);
    }

    private static void SetHeaders(IHeaderDictionary headers, string requestId)
    {
        headers[RequestId.HeaderName] = requestId;
        headers.XContentTypeOptions = NoSniff;
    }

    private Task Check(HttpContext http, EndpointRules rules)
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
        return confirmed.IsCompletedSuccessfully ? Admit(http, rules, confirmed.Result) : AdmitLater(http, rules, confirmed);
    }

    private async Task AdmitLater(HttpContext http, EndpointRules rules, ValueTask<Session?> confirmed)
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
        await Admit(http, rules, session);
    }

    private Task Admit(HttpContext http, EndpointRules rules, Session? session)
    {
        if (session is null)
            return WebProblems.SignInRequired.ExecuteAsync(http);
        if (rules.Access == Access.Admin && !session.IsAdmin)
            return WebProblems.Forbidden.ExecuteAsync(http);
        http.Features.Set(session);
        return Enter(http, rules);
    }

    private Task Enter(HttpContext http, EndpointRules rules)
    {
        if (rules.NeedsTimer)
            return EnterTimed(http, rules);

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

    // The timer's token takes the place of the request's own, so that the handler's waits end with it.
    private async Task EnterTimed(HttpContext http, EndpointRules rules)
    {
        var aborted = http.RequestAborted;
        using var limit = rules.TimeLimit is { } time
            ? CancellationTokenSource.CreateLinkedTokenSource(aborted)
            : CancellationTokenSource.CreateLinkedTokenSource(aborted, lifetime.ApplicationStopping);
        if (rules.TimeLimit is not null)
            limit.CancelAfter(rules.TimeLimit.Value);
        http.RequestAborted = limit.Token;
        try
        {
            await next(http);
            await Explain(http);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !aborted.IsCancellationRequested)
        {
            await GiveUp(http, rules);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            http.RequestAborted = aborted;
            await Answer(http, error);
        }
        finally
        {
            http.RequestAborted = aborted;
        }
    }

    private Task GiveUp(HttpContext http, EndpointRules rules)
    {
        if (rules.TimeLimit is { } limit)
            log.RequestTimedOut(RequestId.Of(http), (long)limit.TotalMilliseconds, http.Request.Method, http.Request.Path);
        else if (http.Response.HasStarted)
            return Task.CompletedTask;    // An event stream ends here; its reader comes back elsewhere.
        return Refuse(http, rules.TimeLimit is null ? WebProblems.Stopping : WebProblems.TimedOut);
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

        return Refuse(http, problem);
    }

    private static Task Refuse(HttpContext http, Problem problem)
    {
        if (http.Response.HasStarted)
        {
            http.Abort();    // What was sent is half an answer; only a broken connection says so.
            return Task.CompletedTask;
        }
        var id = RequestId.Of(http);
        http.Response.Clear();
        SetHeaders(http.Response.Headers, id);
        return problem.ExecuteAsync(http);
    }
}
