using Doorbuster.Platform.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;
using Npgsql;

namespace Doorbuster.Carts;

/// <summary>Changes carts: decides on what is there, writes if it still is, and decides anew if not.</summary>
internal sealed class CartDesk(
    [FromKeyedServices(CartsFeature.SchemaName)] NpgsqlDataSource db, CartStore store, TimeProvider clock)
{
    private const int TriesMax = 50;    // as many changes of one cart at once as anybody makes

    /// <param name="ifMatch">The version the caller has seen; empty when he does not care.</param>
    public async Task<CartChange> Change(
        Person person, StringValues ifMatch, Func<Cart, CartChange> decide, CancellationToken cancel)
    {
        var empty = Cart.Empty(person.Id, person.IsGuest);
        var known = (Cart?)null;
        for (var tries = 0; tries < TriesMax; tries++)
        {
            // Nobody has looked yet: decided as for an empty cart, the write itself finds out whether there is one.
            var seen = known ?? empty;
            var change = decide(seen);
            if (known is null && (ifMatch.Count > 0 || change.Outcome != CartOutcome.Done))
            {
                known = await store.Find(person.Id, cancel) ?? empty;
                change = decide(known);
            }
            if (ifMatch.Count > 0 && !EntityTags.Matches(ifMatch, known!.Tag))
                return new(CartOutcome.Stale, known);
            if (change.Outcome != CartOutcome.Done)
                return change;

            var now = clock.GetUtcNow();
            if (change.Cart.Version == 0)
            {
                var made = await store.TryMake(change.Cart, now, cancel);
                if (made.IsMade)
                    return change with { Cart = change.Cart with { Version = now.ToUnixTimeMilliseconds() } };
                known = made.Existing;
                continue;
            }
            if (await store.TryWrite(change.Cart, now, cancel))
                return change with { Cart = change.Cart with { Version = change.Cart.Version + 1 } };
            known = await store.Find(person.Id, cancel) ?? empty;
        }
        throw new InvalidOperationException($"The cart of {person.Id} was changed under our hands {TriesMax} times.");
    }

    /// <summary>Moves a guest's units into a person's cart. The guest's cart goes with it, so it happens once.</summary>
    public async Task<Cart> Merge(long guest, long person, CancellationToken cancel)
    {
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var carts = await CartStore.Lock(transaction, [guest, person], cancel);
        var own = carts.Find(cart => cart.Person == person) ?? Cart.Empty(person, isGuest: false);
        if (carts.Find(cart => cart.Person == guest) is not { Lines.Count: > 0 } theirs)
            return own;
        if (own.Version == 0)
        {
            // Not there to be locked, so perhaps being made this moment: an empty one first, which waits for that.
            await CartStore.TryMakeEmpty(transaction, own, clock.GetUtcNow(), cancel);
            own = (await CartStore.Lock(transaction, [person], cancel)).Single();
        }
        var merged = own.Merge(theirs);
        await CartStore.Write(transaction, merged, clock.GetUtcNow(), cancel);
        await CartStore.Delete(transaction, guest, cancel);
        await transaction.CommitAsync(cancel);
        return merged with { Version = own.Version + 1 };
    }
}
