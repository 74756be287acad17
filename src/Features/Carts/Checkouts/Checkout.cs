using System.Collections.Frozen;
using Doorbuster.Contracts.Orders;
using Doorbuster.Platform;

namespace Doorbuster.Carts;

internal enum CheckoutState : short
{
    /// <summary>Quoted; may be changed.</summary>
    Open = 0,

    /// <summary>Its order is being made: what is taken outside has been begun.</summary>
    Placing = 1,
    Ordered = 2,
    Paid = 3,

    /// <summary>Its order was cancelled or given back whole.</summary>
    Cancelled = 4,

    /// <summary>Its order was refused: what was taken outside is being given back, then it is open again.</summary>
    Undoing = 5,
}

internal static class CheckoutSteps
{
    private static readonly FrozenDictionary<CheckoutState, CheckoutState[]> Next =
        new Dictionary<CheckoutState, CheckoutState[]>
        {
            [CheckoutState.Open] = [CheckoutState.Placing],
            [CheckoutState.Placing] = [CheckoutState.Undoing, CheckoutState.Ordered, CheckoutState.Paid],
            [CheckoutState.Undoing] = [CheckoutState.Open],
            [CheckoutState.Ordered] = [CheckoutState.Paid, CheckoutState.Cancelled],
            [CheckoutState.Paid] = [CheckoutState.Cancelled],
            [CheckoutState.Cancelled] = [],
        }.ToFrozenDictionary();

    /// <summary>The states from which <paramref name="to"/> may be entered, as the store writes them.</summary>
    public static short[] Before(CheckoutState to) =>
        [.. Next.Where(step => step.Value.Contains(to)).Select(step => (short)step.Key)];

    public static string NameOf(CheckoutState state) => state switch
    {
        CheckoutState.Open => "open",
        CheckoutState.Placing or CheckoutState.Undoing => "ordering",
        CheckoutState.Ordered => "ordered",
        CheckoutState.Paid => "paid",
        CheckoutState.Cancelled => "cancelled",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "No such state."),
    };
}

/// <summary>The way from things wanted to an order: what is wished, what it was quoted at, and how far it has come.</summary>
internal sealed record Checkout
{
    public const string IdPrefix = "chk";

    public required long Id { get; init; }
    public required long Person { get; init; }
    public required bool IsGuest { get; init; }
    public CheckoutState State { get; init; } = CheckoutState.Open;

    /// <summary>One more with every change; every write is a compare-and-set on it.</summary>
    public int Version { get; init; } = 1;

    /// <summary>One more each time its order is begun; part of the keys under which points and wallet are taken.</summary>
    public int Attempt { get; init; }

    /// <summary>While it is undone: whether points and wallet had been taken.</summary>
    public bool Spent { get; init; }

    /// <summary>The cart it is made of; null for "buy now".</summary>
    public long? CartVersion { get; init; }
    public required string RequestKey { get; init; }
    public required string Asked { get; init; }
    public required Wish Wish { get; init; }
    public required Quote Quote { get; init; }
    public long? Order { get; init; }

    /// <summary>Own unpaid orders that were cancelled because this one needed what they held.</summary>
    public IReadOnlyList<long> Replaced { get; init; } = [];
    public required DateTimeOffset ExpiresAt { get; init; }
    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>Another checkout of the same cart that is ordered or about to be; only known when it was looked up.</summary>
    public bool HasSibling { get; init; }

    public string Tag => $"\"{Version}\"";

    public bool IsDecided => State is CheckoutState.Ordered or CheckoutState.Paid or CheckoutState.Cancelled;

    /// <summary>What an order still needs to be told.</summary>
    public IEnumerable<string> Missing()
    {
        if (Wish.ShipTo is null)
            yield return "shipTo";
        if (Wish.ShippingMethod is null)
            yield return "shippingMethod";
        if (IsGuest && Wish.Email is null)
            yield return "email";    // there is no other way to reach a guest
    }

    public OrderDraft Draft() => new()
    {
        Checkout = Id,
        Person = Person,
        Currency = Quote.Currency,
        Lines =
        [
            .. Quote.Lines.Select(line =>
                new DraftLine(line.Sku, line.Title, line.Quantity, line.ListPriceMinor, line.StockPool)),
        ],
        Adjustments = [.. Quote.Adjustments],
        TotalMinor = Quote.TotalMinor,
        ShipTo = Wish.ShipTo,
        Email = Wish.Email,
    };

    public static string PublicIdOf(long id) => PublicId.Format(IdPrefix, id);
}

/// <summary>What somebody wants besides the goods.</summary>
internal sealed record Wish
{
    public required IReadOnlyList<WishedItem> Items { get; init; }
    public string? Email { get; init; }
    public PostalAddress? ShipTo { get; init; }
    public string? ShippingMethod { get; init; }

    /// <summary>In the order in which they are applied.</summary>
    public IReadOnlyList<long> Coupons { get; init; } = [];

    /// <summary>Points to spend at most.</summary>
    public long Points { get; init; }

    /// <summary>Whether the wallet pays as much as it can.</summary>
    public bool Wallet { get; init; }
}

internal sealed record WishedItem(string Sku, int Quantity);
