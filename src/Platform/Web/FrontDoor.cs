using System.Collections.Concurrent;
using System.Diagnostics;
using Doorbuster.Contracts.Accounts;
using Doorbuster.Platform.Audit;
using Doorbuster.Platform.Postgres;
using Doorbuster.Platform.Telemetry;
using Doorbuster.Platform.Web.Pages;
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
/// The one middleware between routing and the endpoints: headers every answer has, who may enter, what becomes of an
/// exception, and how long it took. One, because each costs every request; and without a state machine while nothing
/// waits.
/// </summary>
internal sealed class FrontDoor(
    RequestDelegate next, IServiceProvider services, RequestTimes times, IOptions<WebOptions> options,
    IHostApplicationLifetime lifetime, ILogger<FrontDoor> log)
{
    private static readonly StringValues NoSniff = "nosniff";

    // For whatever shows nothing by itself; pages say their own.
    private static readonly StringValues NothingLoads = "default-src 'none'; frame-ancestors 'none'";
    private static readonly StringValues NotElsewhere = "same-origin";

    private readonly Lazy<ISessions?> _sessions = new(services.GetService<ISessions>);
    private readonly Lazy<IErrorPages?> _pages = new(services.GetService<IErrorPages>);
    private readonly ConcurrentDictionary<Endpoint, EndpointRules> _rules = new();
    private readonly EndpointRules _nowhere = EndpointRules.Nowhere(times);

    public Task Invoke(HttpContext http) =>
        Activity.Current is { IsAllDataRequested: true } || http.Request.Headers.TraceParent.Count > 0
            ? Follow(http)
            : Receive(http);

    // The framework made the activity when traces are exported; else this request is followed because its caller does.
    private async Task Follow(HttpContext http)
    {
        using var own = Activity.Current is null ? RequestActivity.Start(http.Request) : null;
        await Receive(http);
        if (Activity.Current is { } activity)
            RequestActivity.Describe(activity, http);
    }

    private Task Receive(HttpContext http)
    {
        var began = Stopwatch.GetTimestamp();
        SetHeaders(http.Response.Headers, RequestId.Next());
        var rules = RulesOf(http.GetEndpoint());
        Task visit;
        try
        {
            visit = Let(http, rules);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            visit = Answer(http, error);
        }
        if (!visit.IsCompletedSuccessfully || WordsFor(http.Response) is not null)
            return Stay(http, visit, rules, began);

        rules.Times.Record(http.Response.StatusCode, Stopwatch.GetTimestamp() - began);
        return visit;
    }

    private async Task Stay(HttpContext http, Task visit, EndpointRules rules, long began)
    {
        times.Enter();
        try
        {
            await visit;
            if (WordsFor(http.Response) is { } problem)
                await Tell(http, problem);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            await Answer(http, error);
        }
        times.Leave();
        rules.Times.Record(http.Response.StatusCode, Stopwatch.GetTimestamp() - began);
    }

    private EndpointRules RulesOf(Endpoint? endpoint)
    {
        if (endpoint is null)
            return _nowhere;
        return _rules.TryGetValue(endpoint, out var known)
            ? known
            : _rules.GetOrAdd(endpoint, EndpointRules.Of(endpoint, options.Value.RequestTimeout, times));
    }

    private static void SetHeaders(IHeaderDictionary headers, string requestId)
    {
        headers[RequestId.HeaderName] = requestId;
        headers.XContentTypeOptions = NoSniff;
        headers.ContentSecurityPolicy = NothingLoads;
        headers["Referrer-Policy"] = NotElsewhere;
    }

    private Task Let(HttpContext http, EndpointRules rules)
    {
        if (rules.IsPage && !Credentials.IsOurForm(http.Request))
            return Tell(http, WebProblems.CrossSite);
        if (rules.Access is Access.Anyone or Access.CheckedByHandler)
            return Enter(http, rules);
        if (_sessions.Value is not { } sessions)
            return Tell(http, WebProblems.SignInRequired);
        if (Credentials.TryRead(http, sessions, out var token) is { } refusal)
            return Tell(http, refusal);
        var confirmed = sessions.Confirm(token, http.RequestAborted);
        return confirmed.IsCompletedSuccessfully
            ? Admit(http, rules, confirmed.Result)
            : AdmitLater(http, rules, confirmed);
    }

    private async Task AdmitLater(HttpContext http, EndpointRules rules, ValueTask<Session?> confirmed) =>
        await Admit(http, rules, await confirmed);

    private Task Admit(HttpContext http, EndpointRules rules, Session? session)
    {
        if (session is null || (session.IsGuest && rules.Access != Access.Guest))
            return Tell(http, WebProblems.SignInRequired);
        if (rules.Access == Access.Admin && !session.IsAdmin)
            return Tell(http, WebProblems.Forbidden);
        http.Features.Set(session);
        return rules.Access == Access.Admin && !Credentials.IsReading(http.Request)
            ? EnterAs(Actor.Of(http, session), http, rules)
            : Enter(http, rules);
    }

    // Asynchronous, so that the actor ends with the request.
    private async Task EnterAs(Actor actor, HttpContext http, EndpointRules rules)
    {
        Actor.Begin(actor);
        await Enter(http, rules);
    }

    private Task Enter(HttpContext http, EndpointRules rules) =>
        rules.NeedsTimer ? EnterTimed(http, rules) : next(http);

    // The timer's token takes the place of the request's own, so that the handler's waits end with it.
    private async Task EnterTimed(HttpContext http, EndpointRules rules)
    {
        var aborted = http.RequestAborted;
        using var limit = rules.TimeLimit is null
            ? CancellationTokenSource.CreateLinkedTokenSource(aborted, lifetime.ApplicationStopping)
            : CancellationTokenSource.CreateLinkedTokenSource(aborted);
        if (rules.TimeLimit is { } time)
            limit.CancelAfter(time);
        http.RequestAborted = limit.Token;
        try
        {
            await next(http);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !aborted.IsCancellationRequested)
        {
            http.RequestAborted = aborted;
            await GiveUp(http, rules);
        }
        finally
        {
            http.RequestAborted = aborted;
        }
    }

    private Task GiveUp(HttpContext http, EndpointRules rules)
    {
        if (rules.TimeLimit is { } limit)
            log.RequestTimedOut(RequestId.Of(http), (long)limit.TotalMilliseconds, http.Request.Method,
                http.Request.Path);
        else if (http.Response.HasStarted)
            return Task.CompletedTask;    // An event stream ends here; its reader comes back elsewhere.
        return Refuse(http, rules.TimeLimit is null ? WebProblems.Stopping : WebProblems.TimedOut);
    }

    /// <summary>A bare status is no answer: it gets its problem as a body. Null when there is nothing to add.</summary>
    private static Problem? WordsFor(HttpResponse response) =>
        response.StatusCode < 400 || response.HasStarted || response.ContentType is not null
            || response.ContentLength > 0
            ? null
            : WebProblems.Of(response.StatusCode);

    private Task Answer(HttpContext http, Exception error)
    {
        if (http.RequestAborted.IsCancellationRequested)
            return Task.CompletedTask;    // Nobody listens any more.

        var problem = error switch
        {
            BadHttpRequestException bad => InvalidRequests.Explain(bad),
            StoreAwayException or NpgsqlException { IsAway: true } => WebProblems.StoreAway,
            _ => WebProblems.InternalError,
        };
        if (problem.Code == WebProblems.InternalError.Code)
            log.RequestFailed(error, RequestId.Of(http), http.Request.Method, http.Request.Path);
        else if (problem.Status >= 500)
            log.StoreAway(RequestId.Of(http), http.Request.Method, http.Request.Path, error.Message);
        return Refuse(http, problem);
    }

    private Task Refuse(HttpContext http, Problem problem)
    {
        if (http.Response.HasStarted)
        {
            http.Abort();    // What was sent is half an answer; only a broken connection says so.
            return Task.CompletedTask;
        }
        var id = RequestId.Of(http);
        http.Response.Clear();
        SetHeaders(http.Response.Headers, id);
        return Tell(http, problem);
    }

    private Task Tell(HttpContext http, Problem problem) =>
        IsForPeople(http) && _pages.Value is { } pages ? TellPeople(pages, http, problem) : problem.ExecuteAsync(http);

    // A page that cannot even say what is wrong still says it, in the words for programs.
    private async Task TellPeople(IErrorPages pages, HttpContext http, Problem problem)
    {
        try
        {
            await pages.Answer(http, problem);
        }
        catch (Exception error) when (error is not OutOfMemoryException && !http.Response.HasStarted)
        {
            log.RequestFailed(error, RequestId.Of(http), http.Request.Method, http.Request.Path);
            await problem.ExecuteAsync(http);
        }
    }

    // Who follows a broken link with a browser wants to read something too.
    private static bool IsForPeople(HttpContext http) => http.GetEndpoint() is { } endpoint
        ? endpoint.Metadata.GetMetadata<PageRoute>() is not null
        : !http.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal)
            && http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal);
}
