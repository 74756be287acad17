using System.Diagnostics;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform.Web;

namespace Doorbuster.Coupons;

/// <summary>Takes one coupon of a template for a person; the template's pool decides.</summary>
internal sealed class ClaimDesk(
    IClaims claims, TemplateStore templates, CodeStore codes, FreshClaims fresh, TimeProvider clock)
{
    private static readonly TimeSpan LedgerWait = TimeSpan.FromSeconds(2);

    public async Task<Claimed> Claim(CouponTemplate template, long person, string key, CancellationToken cancel)
    {
        if (template.IsPreparing)
            return new Claimed.Refused(WebProblems.StoreAway);
        if (claims.IsSoldOutFor(template.Id, person))
            return new Claimed.Refused(Problems.Gone);

        // A claim is for nobody to cancel: the coupon may be taken already when the caller hangs up.
        var result = await claims.Claim(
            new ClaimRequest(template.Id, person, 1, key, LedgerWait), CancellationToken.None);
        switch (result)
        {
            case { Outcome: ClaimOutcome.Claimed or ClaimOutcome.Replayed, Claim: { } claim }:
                await fresh.Add(person, claim.Id);
                return new Claimed.Coupon(Of(template, claim), result.Outcome == ClaimOutcome.Replayed);
            case { Outcome: ClaimOutcome.Queued }:
                await fresh.Add(person, result.Ticket);
                return new Claimed.Queued(result.Ticket);
            default:
                return new Claimed.Refused(Refusal(result.Outcome, template));
        }
    }

    /// <summary>By a code that many may use, or by one of its own.</summary>
    public async Task<Claimed> Redeem(string text, long person, string key, CancellationToken cancel)
    {
        var typed = text.Trim().ToUpperInvariant();
        if (await templates.FindByHandle(typed, cancel) is { ClaimBy: ClaimBy.Code } shared)
            return await Claim(shared, person, key, cancel);
        if (CouponCodes.Read(typed) is not { } code)
            return new Claimed.Refused(Problems.UnknownCode);
        return await codes.Take(code, person, cancel) switch
        {
            CodeOutcome.Unknown => new Claimed.Refused(Problems.UnknownCode),
            CodeOutcome.Taken => new Claimed.Refused(Problems.CodeTaken),
            CodeOutcome.Yours yours => await Redeem(yours.Template, code, person, cancel),
            _ => throw new UnreachableException(),
        };
    }

    // The code is the key: whoever has it claims once under it, however often he sends it.
    private async Task<Claimed> Redeem(long template, string code, long person, CancellationToken cancel)
    {
        var found = await templates.Find(template, cancel)
            ?? throw new InvalidOperationException($"Code of a template {template} that is not there.");
        var claimed = await Claim(found, person, $"code:{code}", cancel);
        if (claimed is Claimed.Refused { Problem.Status: < 500 })
            await codes.GiveBack(code, person, CancellationToken.None);
        return claimed;
    }

    private Problem Refusal(ClaimOutcome outcome, CouponTemplate template) => outcome switch
    {
        ClaimOutcome.SoldOut => Problems.Gone,
        ClaimOutcome.LimitReached => Problems.LimitReached,
        ClaimOutcome.NotOpen => Problems.NotOpen.With(retryAfter: Wait(template.OpensAt - clock.GetUtcNow())),
        ClaimOutcome.Closed => Problems.Closed,
        ClaimOutcome.Paused => Problems.Paused,
        ClaimOutcome.InvalidKey => WebProblems.IdempotencyKeyInvalid,
        ClaimOutcome.KeyReused => WebProblems.IdempotencyKeyReused,
        ClaimOutcome.Away or ClaimOutcome.UnknownPool => WebProblems.StoreAway,
        _ => throw new UnreachableException($"The engine answered {outcome}."),
    };

    private static TimeSpan Wait(TimeSpan wait) => wait > TimeSpan.FromSeconds(1) ? wait : TimeSpan.FromSeconds(1);

    private static Coupon Of(CouponTemplate template, ClaimView claim) => new()
    {
        Id = claim.Id,
        Person = claim.Person,
        Template = template,
        ClaimedAt = claim.MadeAt,
        ExpiresAt = template.ValidFor is { } valid ? claim.MadeAt + valid : null,
        State = CouponState.Free,
        ReservedUntil = null,
        Order = null,
        UsedAt = null,
    };
}

internal abstract record Claimed
{
    private Claimed() { }
    public sealed record Coupon(Coupons.Coupon Value, bool IsReplay) : Claimed;
    public sealed record Queued(long Claim) : Claimed;
    public sealed record Refused(Problem Problem) : Claimed;
}
