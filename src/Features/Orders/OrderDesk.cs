using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Doorbuster.Contracts.Claims;
using Doorbuster.Contracts.Orders;
using Doorbuster.Orders.Sharding;
using Doorbuster.Platform;
using Npgsql;

namespace Doorbuster.Orders;

/// <summary>
/// Places an order over several pools, all or nothing. Pools are claimed in the order of their ids and let go in
/// reverse, under keys derived from the buyer's, so a retry after a crash finds the claims of the attempt before and
/// goes on with them. An attempt whose claims were let go (refused by a later line, or expired) is over: a retry makes
/// the next one, under keys of its own. The order has the id of its first claim, so one attempt makes one order; the
/// buyer's key, unique among his orders, or the checkout makes it the only one.
/// </summary>
internal sealed class OrderDesk(
    OrderShards shards, IClaims claims, OrderStore store,
    OrderWrites writes, AddressKeys addresses, TimeProvider clock) : IOrderPlacing
{
    private const int AttemptsMax = 8;
    private static readonly TimeSpan ClaimWait = TimeSpan.FromSeconds(2);

    public async Task<PlacingResult> Place(OrderDraft draft, CancellationToken cancel)
    {
        var purchase = Purchase.Of(draft);
        var placing = await Place(purchase, cancel);
        // What refuses now may be that it was placed before, and the goods are gone since.
        if (placing is not Placing.Done && await store.FindByCheckout(draft.Person, draft.Checkout, cancel) is { } placed)
            placing = new Placing.Done(placed);
        switch (placing)
        {
            case Placing.Done done when !purchase.IsOf(done.Order):
                return new(PlacingOutcome.KeyReused);
            case Placing.Done { Order: { State: OrderState.Placed, Total.Minor: 0 } free }:
                await SettleFree(free, cancel);
                return new(PlacingOutcome.Placed, free.Id);
            case Placing.Done done:
                return new(PlacingOutcome.Placed, done.Order.Id);
            case Placing.OutOfStock refused:
                return new(PlacingOutcome.OutOfStock, Sku: refused.Sku);
            case Placing.NotForSale refused:
                return new(PlacingOutcome.NotForSale, Sku: refused.Sku);
            case Placing.KeyReused:
                return new(PlacingOutcome.KeyReused);
            case Placing.KeySpent:
                return new(PlacingOutcome.KeySpent);
            case Placing.Unsettled:
                return new(PlacingOutcome.Unsettled);
            default:
                throw new UnreachableException();
        }
    }

    public async Task<Placing> Place(Purchase purchase, CancellationToken cancel)
    {
        DraftLine[] lines = [.. purchase.Lines.OrderBy(line => line.StockPool)];
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            if (await TryPlace(purchase with { Lines = lines }, attempt, cancel) is { } placing)
                return placing;
        }
        return new Placing.KeySpent();
    }

    /// <summary>
    /// The key under which a line is claimed. The lines are part of it: other lines are another order.
    /// </summary>
    internal static string ClaimKey(string key, int attempt, IEnumerable<DraftLine> lines)
    {
        var text = new StringBuilder(key);
        foreach (var line in lines)
            text.Append('\n').Append(line.Sku).Append('\n').Append(line.Quantity);
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
        return string.Create(CultureInfo.InvariantCulture, $"order-{attempt}-{Convert.ToHexStringLower(digest)}");
    }

    /// <summary>Null when this attempt is over and the next may be made.</summary>
    private async Task<Placing?> TryPlace(Purchase purchase, int attempt, CancellationToken cancel)
    {
        var claimKey = ClaimKey(purchase.Key, attempt, purchase.Lines);
        var held = new List<ClaimView>(purchase.Lines.Count);
        foreach (var line in purchase.Lines)
        {
            var request = new ClaimRequest(line.StockPool, purchase.Person, line.Quantity, claimKey, ClaimWait);
            var result = await claims.Claim(request, cancel);
            switch (result.Outcome)
            {
                case ClaimOutcome.Claimed or ClaimOutcome.Replayed
                    when result.Claim is { State: not ClaimState.Released } claim:
                    held.Add(claim);
                    continue;
                case ClaimOutcome.Replayed:
                    await LetGo(held);
                    return null;
                case ClaimOutcome.Queued:
                    return new Placing.Unsettled();
                case ClaimOutcome.Away:
                    throw new StoreAwayException("claims");
                case ClaimOutcome.SoldOut or ClaimOutcome.LimitReached:
                    await LetGo(held);
                    return new Placing.OutOfStock(line.Sku);
                case ClaimOutcome.KeyReused:
                    await LetGo(held);
                    return new Placing.KeyReused();
                case ClaimOutcome.NotOpen or ClaimOutcome.Closed or ClaimOutcome.Paused or ClaimOutcome.UnknownPool:
                    await LetGo(held);
                    return new Placing.NotForSale(line.Sku);
                default:
                    await LetGo(held);
                    throw new InvalidOperationException($"A claim on pool {request.Pool} ended as {result.Outcome}.");
            }
        }
        return await Write(await OrderOf(purchase, held, cancel), purchase, held, cancel);
    }

    // Not cancelled with the request: what the buyer does not get, others shall have at once, not when the hold runs
    // out.
    private async Task LetGo(List<ClaimView> held)
    {
        for (var i = held.Count - 1; i >= 0; i--)
            await claims.Release(held[i].Id, CancellationToken.None);
    }

    private async Task<Placing?> Write(
        Order order, Purchase purchase, List<ClaimView> held, CancellationToken cancel)
    {
        switch (await TryWrite(order, purchase.RequestKey, cancel))
        {
            case Written.Yes:
                return new Placing.Done(order);

            // The same request ran twice at once and the other was quicker, perhaps with another attempt's claims.
            case Written.NotAgain:
                var other = await FindPlaced(purchase, cancel)
                    ?? throw new InvalidOperationException($"Order {order.Id} is there, but not under its key.");
                held.RemoveAll(claim => other.Claims.Contains(claim.Id));
                await LetGo(held);
                return new Placing.Done(other);

            // Held too long: a claim ran out before its order was written.
            case Written.NotOnReleasedClaims:
                await LetGo(held);
                return null;

            default:
                throw new UnreachableException();
        }
    }

    private Task<Order?> FindPlaced(Purchase purchase, CancellationToken cancel) => purchase.Checkout is { } checkout
        ? store.FindByCheckout(purchase.Person, checkout, cancel)
        : store.FindByKey(purchase.Person, purchase.RequestKey!, cancel);

    private enum Written { Yes, NotAgain, NotOnReleasedClaims }

    private async Task<Written> TryWrite(Order order, string? requestKey, CancellationToken cancel)
    {
        try
        {
            if (await writes.TryInsertAlone(shards, order, requestKey, cancel) is { } isNew)
                return isNew ? Written.Yes : Written.NotAgain;
            return await shards.Write(Ids.BucketIn(order.Id), async transaction =>
            {
                if (!await writes.Insert(transaction, order, requestKey, cancel))
                    return Written.NotAgain;
                return await OrderWrites.FileClaims(transaction, order, cancel)
                    ? Written.Yes
                    : throw new ReleasedClaimsException();
            }, cancel);
        }
        catch (ReleasedClaimsException)
        {
            return Written.NotOnReleasedClaims;
        }
        catch (PostgresException filed) when (filed is { SqlState: PostgresErrorCodes.UniqueViolation, TableName: "line_claims" })
        {
            return Written.NotOnReleasedClaims;
        }
    }

    // Rolls the order back that must not be.
    private sealed class ReleasedClaimsException : Exception;

    // The order is written before its claims are kept: were it the other way round, a crash between would leave units
    // kept for nobody. A crash now leaves a placed order, which a retry settles and the end of the hold cancels.
    private Task<bool> SettleFree(Order order, CancellationToken cancel) =>
        shards.Write(Ids.BucketIn(order.Id), async transaction =>
        {
            if (await OrderStore.Lock(transaction, order.Id, cancel) is not { State: OrderState.Placed } locked)
                return false;
            // Released: the hold ran out this moment, and its message cancels the order.
            return await claims.KeepAll([.. locked.Claims], cancel) is EndOutcome.Done or EndOutcome.AlreadyDone
                && await writes.Step(
                    transaction, locked, OrderState.Paid, Reasons.NothingToPay, clock.GetUtcNow(), cancel);
        }, cancel);

    private async Task<Order> OrderOf(Purchase purchase, List<ClaimView> held, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        return new Order
        {
            Id = held[0].Id,
            Person = purchase.Person,
            Kind = Order.StockKind,
            State = Order.StateAtBirth(held.All(claim => claim.State == ClaimState.Kept), purchase.Total.Minor),
            Version = 1,
            Total = purchase.Total,
            Lines =
            [
                .. purchase.Lines.Zip(held, (line, claim) => new OrderLine(
                    claim.Id, claim.Pool, line.Sku, line.Title, line.Quantity, line.PriceMinor)),
            ],
            Adjustments = purchase.Adjustments,
            Checkout = purchase.Checkout,
            ShipTo = purchase.ShipTo,
            Email = purchase.Email,
            AddressKey = await addresses.Of(purchase.ShipTo, cancel),
            PlacedAt = now,
            PayBy = held.Min(claim => claim.Deadline),
            ChangedAt = now,
        };
    }
}
