using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Doorbuster.Contracts.Catalog;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;
using Microsoft.Extensions.Logging;

namespace Doorbuster.FlashSales;

/// <summary>
/// Makes and changes sales. First the row says what is wanted, then the pool gets it, under the row's lock, so that an
/// older version cannot arrive after a newer one. Whoever dies in between leaves a pending row that anybody may finish.
/// </summary>
internal sealed class SaleDesk(
    SaleStore store, IClaims claims, ICatalog catalog, Ids ids, TimeProvider clock, ILogger<SaleDesk> log)
{
    private static readonly FrozenDictionary<PoolState, PoolState[]> Next = new Dictionary<PoolState, PoolState[]>
    {
        [PoolState.Open] = [PoolState.Open, PoolState.Paused, PoolState.Closed],
        [PoolState.Paused] = [PoolState.Paused, PoolState.Open, PoolState.Closed],
        [PoolState.Closed] = [PoolState.Closed],
    }.ToFrozenDictionary();

    /// <param name="requestKey">Of the caller's request, so that a retry finds the sale it made; null for none.</param>
    public async Task<Made> Create(SaleDraft draft, string? requestKey, string by, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        if (draft.Check(now) is { Count: > 0 } wrong)
            return new Made.Invalid(wrong);
        if (await catalog.FindVariant(draft.Sku, cancel) is not { } variant)
            return new Made.UnknownVariant();

        var sale = new FlashSale
        {
            Id = ids.Next(),
            Sku = variant.Sku,
            Title = variant.Title,
            Units = draft.Units,
            LimitPerPerson = draft.LimitPerPerson,
            Price = draft.Price,
            Hold = draft.Hold,
            OpensAt = draft.OpensAt,
            ClosesAt = draft.ClosesAt,
            State = PoolState.Open,
            Version = 1,
            Applied = 0,
        };
        if (!await store.Insert(sale, requestKey, by, now, cancel))
        {
            sale = (await store.FindByRequest(requestKey!, cancel))!;
            return new Made.Sale(await Finished(sale, cancel), IsNew: false);
        }
        log.SaleMade(sale.PublicId, sale.Sku, sale.Units, sale.OpensAt, by);
        return new Made.Sale(await Finished(sale, cancel), IsNew: true);
    }

    /// <param name="version">The version the change was thought for; null: whatever it is now.</param>
    public async Task<Changed> Change(long id, int? version, SaleChange change, string by, CancellationToken cancel)
    {
        const int attemptsMax = 5;    // with a version given one is enough: a second change is a refusal
        for (var attempt = 1; ; attempt++)
        {
            if (await store.Find(id, cancel) is not { } sale)
                return new Changed.Unknown();
            if (version is { } expected && expected != sale.Version)
                return new Changed.Outdated();

            var now = clock.GetUtcNow();
            if (change.Check(sale, now) is { Count: > 0 } wrong)
                return new Changed.Invalid(wrong);
            var next = change.ApplyTo(sale);
            if (!Next[sale.State].Contains(next.State))
                return new Changed.HasEnded();
            if (next == sale)
                return new Changed.Sale(await Finished(sale, cancel));

            next = next with { Version = sale.Version + 1 };
            if (await store.Change(sale, next, by, now, cancel))
            {
                log.SaleChanged(next.PublicId, next.Version, next.State, next.Units, next.OpensAt, by);
                var applied = await Finished(next, cancel);
                return applied.Version == next.Version ? new Changed.Sale(applied) : new Changed.UnitsTaken();
            }
            if (version is not null || attempt == attemptsMax)
                return new Changed.Outdated();
        }
    }

    /// <summary>Carries the sale's last version to its pool, once; the sale as it is then.</summary>
    public async Task<FlashSale> Finish(long id, CancellationToken cancel)
    {
        await using var connection = await store.Connect(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var sale = await SaleStore.Lock(transaction, id, cancel)
            ?? throw new InvalidOperationException($"No sale {id}.");
        if (!sale.IsPending)
            return sale;

        switch (await Carry(sale, cancel))
        {
            case PoolOutcome.Done or PoolOutcome.AlreadyDone:
                await SaleStore.MarkApplied(transaction, sale, cancel);
                sale = sale with { Applied = sale.Version };
                break;
            case PoolOutcome.TotalBelowTaken:
                await SaleStore.Restore(transaction, sale, clock.GetUtcNow(), cancel);
                sale = (await SaleStore.Lock(transaction, id, cancel))!;
                break;
            case var other:
                throw new InvalidOperationException($"The pool of {sale.PublicId} answered {other}.");
        }
        await transaction.CommitAsync(cancel);
        return sale;
    }

    /// <summary>What the audit log says of a sale.</summary>
    public static JsonObject Facts(FlashSale sale) => new()
    {
        ["sku"] = sale.Sku,
        ["units"] = sale.Units,
        ["price"] = sale.Price.Minor,
        ["currency"] = sale.Price.Currency,
        ["limitPerPerson"] = sale.LimitPerPerson,
        ["opensAt"] = sale.OpensAt,
        ["closesAt"] = sale.ClosesAt,
        ["state"] = sale.State.ToString(),
    };

    // The sale is filed; when the pool's stores are away, the sale stays pending and the job carries it on.
    private async Task<FlashSale> Finished(FlashSale sale, CancellationToken cancel)
    {
        try
        {
            return await Finish(sale.Id, cancel);
        }
        catch (StoreAwayException away)
        {
            log.SalePending(sale.PublicId, sale.Version, away.Store);
            return sale;
        }
    }

    private async Task<PoolOutcome> Carry(FlashSale sale, CancellationToken cancel)
    {
        var made = sale.IsPreparing ? await claims.Create(sale.Pool, cancel) : PoolOutcome.AlreadyDone;

        // A conflict is an earlier version of ours, whose maker stopped before noting it. The change updates it.
        return made is PoolOutcome.Done or PoolOutcome.AlreadyDone or PoolOutcome.Conflict
            ? await claims.Change(sale.Id, sale.PoolChange, cancel)
            : made;
    }
}

internal abstract record Made
{
    private Made() { }
    public sealed record Sale(FlashSale Value, bool IsNew) : Made;
    public sealed record Invalid(Dictionary<string, string[]> Errors) : Made;
    public sealed record UnknownVariant : Made;
}

internal abstract record Changed
{
    private Changed() { }
    public sealed record Sale(FlashSale Value) : Changed;
    public sealed record Unknown : Changed;
    public sealed record Outdated : Changed;
    public sealed record HasEnded : Changed;
    public sealed record UnitsTaken : Changed;
    public sealed record Invalid(Dictionary<string, string[]> Errors) : Changed;
}
