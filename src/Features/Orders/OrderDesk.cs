using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Doorbuster.Contracts.Catalog;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.Orders;

/// <summary>One line of an order that is being placed.</summary>
internal sealed record Wanted(Variant Variant, int Quantity);

internal abstract record Placing
{
    private Placing() { }

    public sealed record Done(Order Order) : Placing;

    public sealed record OutOfStock(string Sku) : Placing;

    public sealed record NotForSale(string Sku) : Placing;

    public sealed record KeyReused : Placing;

    public sealed record KeySpent : Placing;

    /// <summary>What is claimed so far stays claimed: the same request under the same key goes on from there.</summary>
    public sealed record Unsettled : Placing;
}

/// <summary>
/// Places an order over several pools, all or nothing. Pools are claimed in the order of their ids and let go in
/// reverse, under keys derived from the buyer's, so a retry after a crash finds the claims of the attempt before and
/// goes on with them. An attempt whose claims were let go (refused by a later line, or expired) is over: a retry makes
/// the next one, under keys of its own. The order has the id of its first claim, so one attempt makes one order; the
/// buyer's key, unique among his orders, makes it the only one.
/// </summary>
internal sealed class OrderDesk(
    [FromKeyedServices(OrdersFeature.SchemaName)] NpgsqlDataSource db, IClaims claims, OrderStore store,
    OrderWrites writes, TimeProvider clock)
{
    private const int AttemptsMax = 8;
    private static readonly TimeSpan ClaimWait = TimeSpan.FromSeconds(2);

    public async Task<Placing> Place(long person, string key, IReadOnlyList<Wanted> wanted, CancellationToken cancel)
    {
        Wanted[] lines = [.. wanted.OrderBy(one => one.Variant.StockPool)];
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            if (await TryPlace(person, key, attempt, lines, cancel) is { } placing)
                return placing;
        }
        return new Placing.KeySpent();
    }

    /// <summary>
    /// The key under which a line is claimed. The lines are part of it: other lines are another order.
    /// </summary>
    internal static string ClaimKey(string key, int attempt, IEnumerable<Wanted> lines)
    {
        var text = new StringBuilder(key);
        foreach (var line in lines)
            text.Append('\n').Append(line.Variant.Sku).Append('\n').Append(line.Quantity);
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
        return string.Create(CultureInfo.InvariantCulture, $"order-{attempt}-{Convert.ToHexStringLower(digest)}");
    }

    /// <summary>Null when this attempt is over and the next may be made.</summary>
    private async Task<Placing?> TryPlace(
        long person, string key, int attempt, Wanted[] lines, CancellationToken cancel)
    {
        var claimKey = ClaimKey(key, attempt, lines);
        var held = new List<ClaimView>(lines.Length);
        foreach (var line in lines)
        {
            var request = new ClaimRequest(line.Variant.StockPool, person, line.Quantity, claimKey, ClaimWait);
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
                    return new Placing.OutOfStock(line.Variant.Sku);
                case ClaimOutcome.KeyReused:
                    await LetGo(held);
                    return new Placing.KeyReused();
                case ClaimOutcome.NotOpen or ClaimOutcome.Closed or ClaimOutcome.Paused or ClaimOutcome.UnknownPool:
                    await LetGo(held);
                    return new Placing.NotForSale(line.Variant.Sku);
                default:
                    await LetGo(held);
                    throw new InvalidOperationException($"A claim on pool {request.Pool} ended as {result.Outcome}.");
            }
        }
        return await Write(OrderOf(person, lines, held), key, held, cancel);
    }

    // Not cancelled with the request: what the buyer does not get, others shall have at once, not when the hold runs
    // out.
    private async Task LetGo(List<ClaimView> held)
    {
        for (var i = held.Count - 1; i >= 0; i--)
            await claims.Release(held[i].Id, CancellationToken.None);
    }

    private async Task<Placing?> Write(Order order, string key, List<ClaimView> held, CancellationToken cancel)
    {
        switch (await TryWrite(order, key, cancel))
        {
            case Written.Yes:
                return new Placing.Done(order);

            // The same request ran twice at once and the other was quicker, perhaps with another attempt's claims.
            case Written.NotAgain:
                var other = await store.FindByKey(order.Person, key, cancel)
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

    private enum Written { Yes, NotAgain, NotOnReleasedClaims }

    private async Task<Written> TryWrite(Order order, string key, CancellationToken cancel)
    {
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (!await writes.Insert(transaction, order, key, cancel))
            return Written.NotAgain;
        if (!await OrderWrites.FileClaims(transaction, order, cancel))
            return Written.NotOnReleasedClaims;
        await transaction.CommitAsync(cancel);
        return Written.Yes;
    }

    private Order OrderOf(long person, Wanted[] wanted, List<ClaimView> held)
    {
        var now = clock.GetUtcNow();
        var currency = wanted[0].Variant.Currency;
        OrderLine[] lines =
        [
            .. wanted.Zip(held, (line, claim) => new OrderLine(
                claim.Id, claim.Pool, line.Variant.Sku, line.Variant.Title, line.Quantity, line.Variant.PriceMinor)),
        ];
        var total = lines.Aggregate(
            new Money(0, currency), (sum, line) => sum + new Money(line.PriceMinor, currency) * line.Quantity);
        return new Order
        {
            Id = held[0].Id,
            Person = person,
            Kind = Order.StockKind,
            State = Order.StateAtBirth(held.All(claim => claim.State == ClaimState.Kept), total.Minor),
            Version = 1,
            Total = total,
            Lines = lines,
            PlacedAt = now,
            PayBy = held.Min(claim => claim.Deadline),
            ChangedAt = now,
        };
    }
}
