using System.Collections.Frozen;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;
using Microsoft.Extensions.Logging;

namespace Doorbuster.Coupons;

/// <summary>
/// Makes and changes templates. First the row says what is wanted, then the pool gets it, under the row's lock, so that an
/// older version cannot arrive after a newer one. Whoever dies in between leaves a pending row that anybody may finish.
/// </summary>
internal sealed class TemplateDesk(
    TemplateStore store, IClaims claims, Ids ids, TimeProvider clock, ILogger<TemplateDesk> log)
{
    private static readonly FrozenDictionary<PoolState, PoolState[]> Next = new Dictionary<PoolState, PoolState[]>
    {
        [PoolState.Open] = [PoolState.Open, PoolState.Paused, PoolState.Closed],
        [PoolState.Paused] = [PoolState.Paused, PoolState.Open, PoolState.Closed],
        [PoolState.Closed] = [PoolState.Closed],
    }.ToFrozenDictionary();

    /// <param name="requestKey">Of the caller's request, so that a retry finds the template it made; null for none.</param>
    public async Task<Made> Create(TemplateDraft draft, string? requestKey, string by, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        if (draft.Check(now) is { Count: > 0 } wrong)
            return new Made.Invalid(wrong);

        var template = new CouponTemplate
        {
            Id = ids.Next(),
            Handle = draft.Handle,
            Title = draft.Title,
            ClaimBy = draft.ClaimBy!.Value,
            Terms = draft.Terms,
            Total = draft.Total,
            LimitPerPerson = draft.LimitPerPerson,
            ReturnsOnRefund = draft.ReturnsOnRefund,
            ValidFor = draft.ValidFor,
            OpensAt = draft.OpensAt,
            ClosesAt = draft.ClosesAt,
            UsableUntil = draft.UsableUntil,
            State = PoolState.Open,
            Version = 1,
            Applied = 0,
        };
        if (!await store.Insert(template, requestKey, by, now, cancel))
            return requestKey is not null && await store.FindByRequest(requestKey, cancel) is { } made
                ? new Made.Template(await Finished(made, cancel), IsNew: false)
                : new Made.HandleTaken();
        log.TemplateMade(template.PublicId, template.Handle, by);
        return new Made.Template(await Finished(template, cancel), IsNew: true);
    }

    /// <param name="version">The version the change was thought for; null: whatever it is now.</param>
    public async Task<Changed> Change(long id, int? version, TemplateChange change, string by, CancellationToken cancel)
    {
        const int attemptsMax = 5;    // with a version given one is enough: a second change is a refusal
        for (var attempt = 1; ; attempt++)
        {
            if (await store.Find(id, cancel) is not { } template)
                return new Changed.Unknown();
            if (version is { } expected && expected != template.Version)
                return new Changed.Outdated();

            var now = clock.GetUtcNow();
            if (change.Check(template, now) is { Count: > 0 } wrong)
                return new Changed.Invalid(wrong);
            var next = change.ApplyTo(template);
            if (!Next[template.State].Contains(next.State))
                return new Changed.IsClosed();
            if (next == template)
                return new Changed.Template(await Finished(template, cancel));

            next = next with { Version = template.Version + 1 };
            if (await store.Change(template, next, by, now, cancel))
            {
                log.TemplateChanged(next.PublicId, next.Version, next.State, by);
                var applied = await Finished(next, cancel);
                return applied.Version == next.Version ? new Changed.Template(applied) : new Changed.Taken();
            }
            if (version is not null || attempt == attemptsMax)
                return new Changed.Outdated();
        }
    }

    /// <summary>Carries the template's last version to its pool, once; the template as it is then.</summary>
    public async Task<CouponTemplate> Finish(long id, CancellationToken cancel)
    {
        await using var connection = await store.Connect(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var template = await TemplateStore.Lock(transaction, id, cancel)
            ?? throw new InvalidOperationException($"No coupon template {id}.");
        if (!template.IsPending)
            return template;

        switch (await Carry(template, cancel))
        {
            case PoolOutcome.Done or PoolOutcome.AlreadyDone:
                await TemplateStore.MarkApplied(transaction, template, cancel);
                template = template with { Applied = template.Version };
                break;
            case PoolOutcome.TotalBelowTaken:
                await TemplateStore.Restore(transaction, template, clock.GetUtcNow(), cancel);
                template = (await TemplateStore.Lock(transaction, id, cancel))!;
                break;
            case var other:
                throw new InvalidOperationException($"The pool of {template.PublicId} answered {other}.");
        }
        await transaction.CommitAsync(cancel);
        return template;
    }

    // It is filed; when the pool's stores are away it stays pending, and the job carries it on.
    private async Task<CouponTemplate> Finished(CouponTemplate template, CancellationToken cancel)
    {
        try
        {
            return await Finish(template.Id, cancel);
        }
        catch (StoreAwayException away)
        {
            log.TemplatePending(template.PublicId, template.Version, away.Store);
            return template;
        }
    }

    private async Task<PoolOutcome> Carry(CouponTemplate template, CancellationToken cancel)
    {
        var made = template.IsPreparing ? await claims.Create(template.Pool, cancel) : PoolOutcome.AlreadyDone;

        // A conflict is an earlier version of ours, whose maker stopped before noting it. The change updates it.
        return made is PoolOutcome.Done or PoolOutcome.AlreadyDone or PoolOutcome.Conflict
            ? await claims.Change(template.Id, template.PoolChange, cancel)
            : made;
    }
}

/// <summary>What somebody wants otherwise; what is null stays.</summary>
internal sealed record TemplateChange
{
    public string? Title { get; init; }
    public long? Total { get; init; }
    public PoolState? State { get; init; }
    public DateTimeOffset? OpensAt { get; init; }
    public DateTimeOffset? ClosesAt { get; init; }
    public DateTimeOffset? UsableUntil { get; init; }

    public CouponTemplate ApplyTo(CouponTemplate template) => template with
    {
        Title = Title ?? template.Title,
        Total = Total ?? template.Total,
        State = State ?? template.State,
        OpensAt = OpensAt ?? template.OpensAt,
        ClosesAt = ClosesAt ?? template.ClosesAt,
        UsableUntil = UsableUntil ?? template.UsableUntil,
    };

    /// <summary>What is wrong, by field; empty when the template may become so.</summary>
    public Dictionary<string, string[]> Check(CouponTemplate template, DateTimeOffset now)
    {
        var wrong = new Dictionary<string, string[]>();
        if (Title is not null && !TemplateDraft.IsTitle(Title))
            wrong["title"] = ["must be 1 to 100 printable characters"];
        if (Total is < 1 or > TemplateDraft.TotalMax || Total is not null && template.Total is null)
            wrong["total"] = [$"must be from 1 to {TemplateDraft.TotalMax}; what has no limit gets none later"];
        if (OpensAt is not null || ClosesAt is not null || UsableUntil is not null)
        {
            var next = ApplyTo(template);
            foreach (var (field, what) in TemplateDraft.CheckTimes(next.OpensAt, next.ClosesAt, next.UsableUntil, now))
                wrong[field] = [what];
        }
        return wrong;
    }
}

internal abstract record Made
{
    private Made() { }
    public sealed record Template(CouponTemplate Value, bool IsNew) : Made;
    public sealed record Invalid(Dictionary<string, string[]> Errors) : Made;
    public sealed record HandleTaken : Made;
}

internal abstract record Changed
{
    private Changed() { }
    public sealed record Template(CouponTemplate Value) : Changed;
    public sealed record Unknown : Changed;
    public sealed record Outdated : Changed;
    public sealed record IsClosed : Changed;
    public sealed record Taken : Changed;
    public sealed record Invalid(Dictionary<string, string[]> Errors) : Changed;
}
