using Doorbuster.Contracts.Books;
using Doorbuster.Contracts.Claims;
using Doorbuster.Contracts.Coupons;
using Doorbuster.Contracts.Orders;

namespace Doorbuster.Carts;

/// <summary>
/// What an order takes outside, step by step, and how it is given back. Every step may be repeated without harm: coupons
/// are reserved under the checkout, points and wallet are booked under the checkout and its attempt, the order is placed
/// under the checkout. Nothing here decides what comes next.
/// </summary>
internal sealed class OutsideSteps(
    ICoupons coupons, IBooks books, IOrderPlacing placing, IOrderCancelling cancelling, IOrders orders, IClaims claims,
    CheckoutStore store, TimeProvider clock)
{
    // Longer than a hold: what is not bound to an order by then is free again by itself.
    private static readonly TimeSpan ReserveFor = TimeSpan.FromHours(1);

    private static readonly string House = BookAccounts.OfHouse("checkout");

    private static readonly int[] WaitsMs = [10, 20, 40, 80, 150, 200, 300, 400, 400];

    /// <param name="waits">When the coupons are on their way back from an order that was just cancelled.</param>
    public async Task<bool> TakeCoupons(Checkout checkout, bool waits, CancellationToken cancel)
    {
        if (checkout.Wish.Coupons.Count == 0)
            return true;
        return await Retry(
            waits, () => coupons.TryReserve(
                checkout.Person, checkout.Wish.Coupons, checkout.Id, clock.GetUtcNow() + ReserveFor, cancel), cancel);
    }

    public Task FreeCoupons(Checkout checkout, CancellationToken cancel) =>
        checkout.Wish.Coupons.Count > 0
            ? coupons.Release(checkout.Id, cancel)
            : Task.CompletedTask;

    /// <summary>False when the person has less than was quoted.</summary>
    public async Task<bool> TakeMoney(Checkout checkout, CancellationToken cancel)
    {
        if (Entry(checkout, "spend", "spent_at_checkout", sign: 1) is not { } entry)
            return true;
        return await books.Post(entry, cancel) switch
        {
            BookOutcome.Done or BookOutcome.AlreadyDone => true,
            BookOutcome.Insufficient => false,
            var outcome => throw new InvalidOperationException($"{entry.Key} was answered {outcome}."),
        };
    }

    /// <summary>Whether the order was never placed or was cancelled since: once, under the same key.</summary>
    public async Task GiveMoneyBack(Checkout checkout, CancellationToken cancel)
    {
        if (Entry(checkout, "back", "given_back", sign: -1) is not { } entry)
            return;
        if (await books.Post(entry, cancel) is var outcome and not (BookOutcome.Done or BookOutcome.AlreadyDone))
            throw new InvalidOperationException($"{entry.Key} was answered {outcome}.");
    }

    /// <summary>
    /// Places the order. What the person's own unpaid orders hold is no reason to refuse him: where that is what is
    /// missing they are cancelled, and their ids come back.
    /// </summary>
    /// <param name="waits">When units are on their way back from an order that was just cancelled.</param>
    public async Task<(PlacingResult Result, List<long> Replaced)> Place(
        Checkout checkout, bool waits, CancellationToken cancel)
    {
        var replaced = new List<long>();
        var draft = checkout.Draft();
        for (var rounds = 0; ; rounds++)
        {
            var result = await placing.Place(draft, cancel);
            if (result.Outcome != PlacingOutcome.OutOfStock || rounds > draft.Lines.Length)
                return (result, replaced);

            var line = checkout.Quote.Lines.First(one => one.Sku == result.Sku);
            var freed = await MakeRoom(checkout, line, replaced, cancel);
            if (!freed && !(waits && rounds == 0))
                return (result, replaced);
            // The units go back by message: placing at once would only be refused again.
            await Retry(waits: true, async () => await LeftOf(line, cancel) >= line.Quantity, cancel);
        }
    }

    /// <summary>Cancels an own unpaid order and gives back what it had taken. False when it is paid.</summary>
    public async Task<bool> Withdraw(Checkout checkout, CancellationToken cancel)
    {
        if (await cancelling.Cancel(checkout.Order!.Value, checkout.Person, cancel) != CancellingOutcome.Cancelled)
            return false;
        await GiveMoneyBack(checkout, cancel);
        await store.Settle(checkout.Id, CheckoutState.Cancelled, clock.GetUtcNow(), cancel);
        return true;
    }

    public async Task<bool> IsGone(long order, long person, CancellationToken cancel) =>
        await orders.FindPayable(order, person, cancel) is not { State: not "cancelled" };

    /// <summary>An order that was placed although its attempt had been given up.</summary>
    public Task<CancellingOutcome> CancelStray(long order, long person, CancellationToken cancel) =>
        cancelling.Cancel(order, person, cancel);

    /// <summary>Until it is true, or a second or two are over.</summary>
    public async Task<bool> Retry(bool waits, Func<Task<bool>> isDone, CancellationToken cancel)
    {
        foreach (var wait in WaitsMs)
        {
            if (await isDone())
                return true;
            if (!waits)
                return false;
            await Task.Delay(TimeSpan.FromMilliseconds(wait), clock, cancel);
        }
        return await isDone();
    }

    private async Task<bool> MakeRoom(
        Checkout checkout, QuoteLine line, List<long> replaced, CancellationToken cancel)
    {
        var holding = await store.FindHolding(checkout.Person, line.Sku, cancel);
        holding.RemoveAll(other => other.Id == checkout.Id);
        var free = await LeftOf(line, cancel) ?? 0;
        if (free + holding.Sum(other => UnitsIn(other, line.Sku)) < line.Quantity)
            return false;    // it would not do: then they had better keep what they hold

        var freed = false;
        foreach (var other in holding)
        {
            if (freed && free >= line.Quantity)
                break;
            if (!await Withdraw(other, cancel))
                continue;
            free += UnitsIn(other, line.Sku);
            replaced.Add(other.Order!.Value);
            freed = true;
        }
        return freed;
    }

    private async ValueTask<long?> LeftOf(QuoteLine line, CancellationToken cancel) =>
        await claims.FindPool(line.StockPool, cancel) is { } pool ? pool.Left ?? pool.Total : 0;

    private static long UnitsIn(Checkout checkout, string sku) =>
        checkout.Quote.Lines.Where(line => line.Sku == sku).Sum(line => (long)line.Quantity);

    private BookEntry? Entry(Checkout checkout, string step, string reason, int sign)
    {
        var quote = checkout.Quote;
        if (quote is { Points: 0, WalletMinor: 0 })
            return null;
        var account = BookAccounts.OfPerson(checkout.Person);
        var postings = new List<Posting>(4);
        if (quote.Points > 0)
            postings.AddRange([
                new(account, BookUnits.Points, -sign * quote.Points), new(House, BookUnits.Points, sign * quote.Points)]);
        if (quote.WalletMinor > 0)
            postings.AddRange([
                new(account, quote.Currency, -sign * quote.WalletMinor),
                new(House, quote.Currency, sign * quote.WalletMinor)]);
        return new()
        {
            Key = string.Create(null, $"checkout:{checkout.Id}:{checkout.Attempt}:{step}"),
            Reason = reason,
            At = clock.GetUtcNow(),
            Postings = postings,
        };
    }
}
