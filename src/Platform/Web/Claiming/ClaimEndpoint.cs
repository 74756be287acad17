using Doorbuster.Contracts.Accounts;
using Doorbuster.Contracts.Claims;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.Platform.Web;

/// <summary>
/// The way of a rush to a pool, for every feature that has one: <c>POST …/{id}/…</c> claims from the pool with the id of
/// the path. The cheapest check comes first, so that almost everybody is refused from memory; who may have units is decided
/// by the pool alone. Each step goes on without a state machine when nothing has to be waited for, which is the rule until
/// the engine is asked. Map it with <c>AccessCheckedByHandler</c>.
/// </summary>
public abstract class ClaimEndpoint(IClaims claims, ISessions sessions, TimeProvider clock)
{
    /// <summary>How long a caller waits for the ledger before a ticket is the better answer.</summary>
    private static readonly TimeSpan LedgerWait = TimeSpan.FromSeconds(2);

    protected TimeProvider Clock => clock;

    /// <summary>Of the ids in the path.</summary>
    protected abstract string PublicPrefix { get; }

    /// <summary>Of the pools it claims from; to any other the answer is 404.</summary>
    protected abstract string PoolKind { get; }

    public Task Handle(HttpContext http)
    {
        if (!PublicId.TryParse(PublicPrefix, http.Request.RouteValues["id"] as string, out var id))
            return WebProblems.NotFound.ExecuteAsync(http);
        if (Credentials.TryRead(http, sessions, out var token) is { } refusal)
            return refusal.ExecuteAsync(http);

        // A claim is for nobody to cancel: the units may be taken already when the caller hangs up.
        var finding = claims.FindPool(id, CancellationToken.None);
        return finding.IsCompletedSuccessfully
            ? Check(http, finding.Result, token)
            : CheckLater(http, finding, token);
    }

    /// <summary>How many units are asked for; without a body, one.</summary>
    protected virtual ValueTask<AskedUnits> Read(HttpRequest request) => new(
        request.ContentLength is null or 0
            ? new AskedUnits(null, 1)
            : new AskedUnits(WebProblems.UnexpectedBody, 0));

    /// <summary>What the pool said.</summary>
    protected abstract Task Answer(HttpContext http, PoolView pool, ClaimResult result);

    /// <summary>Known without asking the pool: everything is gone.</summary>
    protected abstract Task AnswerSoldOut(HttpContext http, PoolView pool);

    /// <summary>Known without asking the pool: it opens later.</summary>
    protected abstract Task AnswerNotOpen(HttpContext http, PoolView pool, TimeSpan wait);

    private async Task CheckLater(HttpContext http, ValueTask<PoolView?> finding, SignedToken token) =>
        await Check(http, await finding, token);

    private Task Check(HttpContext http, PoolView? pool, SignedToken token)
    {
        if (pool is null || pool.Kind != PoolKind)
            return WebProblems.NotFound.ExecuteAsync(http);
        if (claims.IsSoldOutFor(pool.Id, token.Person))
            return AnswerSoldOut(http, pool);

        // What was open once may hold an earlier claim of this key, so paused and closed are the engine's to say.
        if (pool.OpensAt is { } opensAt && clock.GetUtcNow() is var now && now < opensAt)
            return AnswerNotOpen(http, pool, opensAt - now);
        var confirming = sessions.Confirm(token, CancellationToken.None);
        return confirming.IsCompletedSuccessfully
            ? Admit(http, pool, confirming.Result)
            : AdmitLater(http, pool, confirming);
    }

    private async Task AdmitLater(HttpContext http, PoolView pool, ValueTask<Session?> confirming) =>
        await Admit(http, pool, await confirming);

    private Task Admit(HttpContext http, PoolView pool, Session? session)
    {
        if (session is null || session.IsGuest)    // a guest makes himself anew for every unit: no limit would hold
            return WebProblems.SignInRequired.ExecuteAsync(http);
        if (IdempotencyKey.TryRead(http, out var key) is { } badKey)
            return badKey.ExecuteAsync(http);

        var reading = Read(http.Request);
        return reading.IsCompletedSuccessfully
            ? Claim(http, pool, session.Person, key, reading.Result)
            : ClaimLater(http, pool, session.Person, key, reading);
    }

    private async Task ClaimLater(
        HttpContext http, PoolView pool, long person, string key, ValueTask<AskedUnits> reading) =>
        await Claim(http, pool, person, key, await reading);

    private Task Claim(HttpContext http, PoolView pool, long person, string key, AskedUnits asked)
    {
        if (asked.Problem is { } badBody)
            return badBody.ExecuteAsync(http);
        var claiming = claims.Claim(new(pool.Id, person, asked.Quantity, key, LedgerWait), CancellationToken.None);
        return claiming.IsCompletedSuccessfully ? Answer(http, pool, claiming.Result) : AnswerLater(http, pool, claiming);
    }

    private async Task AnswerLater(HttpContext http, PoolView pool, ValueTask<ClaimResult> claiming) =>
        await Answer(http, pool, await claiming);
}

/// <summary>What was asked for, or what is wrong with it.</summary>
public readonly record struct AskedUnits(Problem? Problem, int Quantity);
