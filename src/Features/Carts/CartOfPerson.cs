using System.Text.Json;
using Doorbuster.Contracts.Catalog;
using Doorbuster.Contracts.People;
using Doorbuster.Platform.Messaging;
using Npgsql;

namespace Doorbuster.Carts;

/// <summary>What is kept here about a person, for the person's own export.</summary>
internal sealed class CartData(CartStore carts, CheckoutStore checkouts) : IPersonalData
{
    private const int CheckoutsMax = 10_000;

    public string Name => "cart";

    public async Task<ReadOnlyMemory<byte>> Export(long person, CancellationToken cancel)
    {
        var cart = await carts.Find(person, cancel);
        var all = await checkouts.ListOf(person, CheckoutsMax, cancel);
        return JsonSerializer.SerializeToUtf8Bytes(
            new PersonalCart(cart?.Lines ?? [], [.. all.Select(CheckoutView.Of)]), CartsJson.Default.PersonalCart);
    }
}

internal sealed record PersonalCart(IReadOnlyList<CartLine> Items, IReadOnlyList<CheckoutView> Checkouts);

/// <summary>The cart in the person's overview.</summary>
internal sealed class CartOverview(CartStore carts, ICatalog catalog) : IOverviewPart
{
    public string Name => "cart";

    public async Task<ReadOnlyMemory<byte>> Load(
        long person, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> needed, CancellationToken cancel)
    {
        var cart = await carts.Find(person, cancel) ?? Cart.Empty(person, isGuest: false);
        return JsonSerializer.SerializeToUtf8Bytes(
            await CartView.Of(cart, catalog, cancel), CartsJson.Default.CartView);
    }
}

internal sealed class ForgetCartOnPersonErased : IConsumer<PersonErased>
{
    public async Task Consume(PersonErased message, NpgsqlTransaction transaction, CancellationToken cancel)
    {
        await CartStore.Delete(transaction, message.Person, cancel);
        await CheckoutStore.Forget(transaction, message.Person, cancel);
    }
}
