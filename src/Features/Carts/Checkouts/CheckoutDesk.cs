using System.Diagnostics;
using Doorbuster.Contracts.Orders;
using Doorbuster.Platform;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Doorbuster.Carts;

/// <summary>
/// Makes the order of a checkout, as a process that survives a crash anywhere. The row says how far it has come before
/// anything is taken outside; whoever finds it in the middle (the buyer's retry, or the job) repeats the steps from the first
/// on, each of which has its effect once, and arrives at the same end. A refusal turns round: from then on the attempt only
/// goes back, also after a crash, and the checkout is open again.
/// </summary>
internal sealed class CheckoutDesk(
    CheckoutStore store, Pricer pricer, OutsideSteps outside, IOptions<CartsOptions> options, TimeProvider clock,
    ILogger<CheckoutDesk> log)
{
    private const int TriesMax = 10;

    public async Task<Ordering> Order(long id, long person, CancellationToken cancel)
    {
        var replaced = new List<long>();
        for (var tries = 0; tries < TriesMax; tries++)
        {
            if (await store.Find(id, person, cancel) is not { } checkout)
                return new Ordering.NotFound();
            if (checkout.IsDecided)
                return new Ordering.Done(checkout, IsNew: false);
            if (checkout.State != CheckoutState.Open)
            {
                if (await store.TryResume(id, clock.GetUtcNow(), cancel) is not { } left)
                    return new Ordering.InProgress();
                if (await Carry(left, isFirst: false, replaced) is { } ended)
                    return ended;
                continue;
            }
            if (checkout.HasSibling)
            {
                if (await GiveWay(checkout, replaced, cancel) is { } other)
                    return other;
                continue;
            }

            if (await Agree(checkout, waits: replaced.Count > 0, cancel) is { } refusal)
                return refusal;
            var now = clock.GetUtcNow();
            if (await store.Begin(checkout, now, cancel) == Begun.Yes
                && await Carry(
                    checkout with
                    {
                        State = CheckoutState.Placing,
                        Attempt = checkout.Attempt + 1,
                        Version = checkout.Version + 1,
                    }, isFirst: checkout.Attempt == 0, replaced) is { } made)
                return made;
            // Changed or taken meanwhile: look again.
        }
        return new Ordering.InProgress();
    }

    /// <summary>Finishes or undoes what was left in the middle; false when somebody is at it.</summary>
    public async Task<bool> Resume(long id, CancellationToken cancel)
    {
        if (await store.TryResume(id, clock.GetUtcNow(), cancel) is not { } left)
            return false;
        log.CheckoutResumed(id, left.Attempt);
        await Carry(left, isFirst: false, []);
        return true;
    }

    /// <summary>Another quote for the same wishes, and time to think about it.</summary>
    public Checkout Requoted(Checkout checkout, Wish wish, Quote quote) =>
        checkout with { Wish = wish, Quote = quote, ExpiresAt = clock.GetUtcNow() + options.Value.QuoteLife };

    // Another checkout of the same cart has been ordered. Two windows are one intent: the same order answers for both; when
    // something else was wanted this time, the newer wish replaces the older one, as long as that is unpaid.
    private async Task<Ordering?> GiveWay(Checkout checkout, List<long> replaced, CancellationToken cancel)
    {
        var other = await store.FindOrderedOf(checkout.Person, checkout.CartVersion!.Value, cancel);
        switch (other)
        {
            case null:
                return null;
            case { State: CheckoutState.Ordered or CheckoutState.Paid } when IsSame(other, checkout):
                return new Ordering.Done(other, IsNew: false);
            case { State: CheckoutState.Paid, Order: { } order }:
                return new Ordering.CartOrdered(order);
            case { State: CheckoutState.Ordered, Order: { } order }:
                if (!await outside.Withdraw(other, cancel))
                    return new Ordering.CartOrdered(order);
                replaced.Add(order);
                return null;
            default:
                return new Ordering.InProgress();
        }
    }

    private static bool IsSame(Checkout a, Checkout b) =>
        a.Quote.CostsTheSameAs(b.Quote) && a.Wish.ShipTo == b.Wish.ShipTo && a.Wish.Email == b.Wish.Email;

    /// <summary>Null when it may be ordered at the price that was quoted.</summary>
    private async Task<Ordering?> Agree(Checkout checkout, bool waits, CancellationToken cancel)
    {
        if (checkout.Missing().ToList() is { Count: > 0 } missing)
            return new Ordering.Incomplete(missing);

        var wish = checkout.Wish;
        var pricing = await Price();
        if (waits && pricing is Pricing.CouponsRefused)    // they come back by message
            await outside.Retry(
                waits, async () => (pricing = await Price()) is not Pricing.CouponsRefused, cancel);
        if (pricing is Pricing.CouponsRefused refused)
        {
            wish = wish with { Coupons = [.. wish.Coupons.Where(coupon => !refused.Why.ContainsKey(coupon))] };
            pricing = await Price();
        }
        switch (pricing)
        {
            case Pricing.NotSold { Sku: var sku }:
                return new Ordering.NotForSale(sku);
            case Pricing.NoSuchShipping:
                return new Ordering.NoSuchShipping();
            case Pricing.Priced { Quote: var quote }:
                var isSame = quote.CostsTheSameAs(checkout.Quote);
                if (isSame && clock.GetUtcNow() < checkout.ExpiresAt)
                    return null;
                return await Requote(Requoted(checkout, wish, quote), checkout.Quote, isSame, cancel);
            default:
                return new Ordering.InProgress();    // the coupons' answers change under our hands
        }

        Task<Pricing> Price() => pricer.Price(checkout.Person, checkout.IsGuest, wish, cancel);
    }

    private async Task<Ordering> Requote(Checkout requoted, Quote old, bool isSame, CancellationToken cancel)
    {
        if (!await store.TryChange(requoted, clock.GetUtcNow(), cancel))
            return new Ordering.InProgress();    // changed in another window this moment
        requoted = requoted with { Version = requoted.Version + 1 };
        return isSame ? new Ordering.QuoteExpired(requoted) : new Ordering.PriceChanged(old.TotalMinor, requoted);
    }

    // Not cancelled with the request: a buyer who hangs up must not leave others waiting for what he will not have.
    private async Task<Ordering?> Carry(Checkout checkout, bool isFirst, List<long> replaced)
    {
        try
        {
            return checkout.State == CheckoutState.Undoing
                ? await Undo(checkout, null)
                : await Forward(checkout, isFirst, replaced, CancellationToken.None);
        }
        catch (Exception error) when (error is NpgsqlException or StoreAwayException)
        {
            await TryEndLease(checkout);
            throw;
        }
    }

    private async Task<Ordering?> Forward(
        Checkout checkout, bool isFirst, List<long> replaced, CancellationToken cancel)
    {
        var waits = replaced.Count > 0;
        if (!await outside.TakeCoupons(checkout, waits, cancel))
            return await TurnRound(checkout, spent: false, new Ordering.CouponTaken());
        if (!await outside.TakeMoney(checkout, cancel))
            return await TurnRound(checkout, spent: false, null);    // less is there than was quoted: a new quote says so

        var (placed, more) = await outside.Place(checkout, waits, cancel);
        switch (placed.Outcome)
        {
            // Placed by an attempt that nobody finished, and cancelled or run out since.
            case PlacingOutcome.Placed when !isFirst && await outside.IsGone(placed.Order, checkout.Person, cancel):
                return await TurnRound(checkout, spent: true, new Ordering.Spent());
            case PlacingOutcome.Placed:
                return await Finish(
                    checkout with
                    {
                        State = checkout.Quote.TotalMinor == 0 ? CheckoutState.Paid : CheckoutState.Ordered,
                        Order = placed.Order,
                        Replaced = [.. replaced, .. more],
                        Version = checkout.Version + 1,
                    }, cancel);
            case PlacingOutcome.Unsettled:
                await store.EndLease(checkout, clock.GetUtcNow(), cancel);
                return new Ordering.Unsettled();
            case PlacingOutcome.OutOfStock:
                return await TurnRound(checkout, spent: true, new Ordering.OutOfStock(placed.Sku!));
            case PlacingOutcome.NotForSale:
                return await TurnRound(checkout, spent: true, new Ordering.NotForSale(placed.Sku!));
            case PlacingOutcome.KeySpent:
                return await TurnRound(checkout, spent: true, new Ordering.Spent());
            case PlacingOutcome.KeyReused:
                throw new InvalidOperationException($"Checkout {checkout.Id} has an order that it did not ask for.");
            default:
                throw new UnreachableException();
        }
    }

    private async Task<Ordering?> Finish(Checkout made, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        if (await store.TryFinish(made, now, cancel) || await store.TryFinishWithCart(made, now, cancel))
            return new Ordering.Done(made, IsNew: true);

        // Somebody thought that we were gone. Either he places the same order, or he gave the attempt up: then nobody wants
        // what we placed, and nobody has paid its share in points.
        if (await store.Find(made.Id, made.Person, cancel) is not { State: CheckoutState.Open or CheckoutState.Undoing })
            return null;
        log.StrayOrder(made.Order!.Value, made.Id);
        await outside.CancelStray(made.Order.Value, made.Person, cancel);
        return null;
    }

    private async Task<Ordering?> TurnRound(Checkout checkout, bool spent, Ordering? refusal)
    {
        return await store.TryUndo(checkout, spent, clock.GetUtcNow(), CancellationToken.None)
            ? await Undo(checkout with { State = CheckoutState.Undoing, Spent = spent }, refusal)
            : null;
    }

    private async Task<Ordering?> Undo(Checkout checkout, Ordering? refusal)
    {
        if (checkout.Spent)
            await outside.GiveMoneyBack(checkout, CancellationToken.None);
        await outside.FreeCoupons(checkout, CancellationToken.None);
        await store.Reopen(checkout, clock.GetUtcNow(), CancellationToken.None);
        return refusal;
    }

    private async Task TryEndLease(Checkout checkout)
    {
        try
        {
            await store.EndLease(checkout, clock.GetUtcNow(), CancellationToken.None);
        }
        catch (NpgsqlException away)
        {
            log.LeaseLeft(checkout.Id, away.Message);
        }
    }
}
