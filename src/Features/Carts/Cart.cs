using System.Security.Cryptography;
using System.Text;

namespace Doorbuster.Carts;

/// <summary>What somebody put aside. Every change is decided here and written by compare-and-set on the version.</summary>
internal sealed record Cart
{
    public const int LinesMax = 50;
    public const int UnitsMax = 1_000;

    // A client retries within seconds; nobody adds this many things meanwhile.
    private const int RecentMax = 16;

    public required long Person { get; init; }
    public required bool IsGuest { get; init; }

    /// <summary>0 while there is no row.</summary>
    public required long Version { get; init; }
    public required IReadOnlyList<CartLine> Lines { get; init; }
    public IReadOnlyList<Addition> Recent { get; init; } = [];

    public string Tag => $"\"{Version}\"";

    public static Cart Empty(long person, bool isGuest) =>
        new() { Person = person, IsGuest = isGuest, Version = 0, Lines = [] };

    /// <param name="key">The caller's idempotency key: the same again adds nothing.</param>
    public CartChange Add(string key, CartLine line)
    {
        var addition = Addition.Of(key, line);
        if (Recent.FirstOrDefault(earlier => earlier.Key == addition.Key) is { } earlier)
            return earlier.Asked == addition.Asked ? new(CartOutcome.Unchanged, this) : new(CartOutcome.KeyReused, this);
        var change = Put(line with { Quantity = checked(QuantityOf(line.Sku) + line.Quantity) });
        return change with
        {
            Cart = change.Cart with { Recent = [.. Recent.TakeLast(RecentMax - 1), addition] },
        };
    }

    public CartChange Set(string sku, int quantity) => Lines.FirstOrDefault(line => line.Sku == sku) is not { } line
        ? new(CartOutcome.NotInCart, this)
        : line.Quantity == quantity ? new(CartOutcome.Unchanged, this) : Put(line with { Quantity = quantity });

    public CartChange Remove(string sku) => QuantityOf(sku) == 0
        ? new(CartOutcome.Unchanged, this)
        : new(CartOutcome.Done, this with { Lines = [.. Lines.Where(line => line.Sku != sku)] });

    public CartChange Clear() => Lines.Count == 0
        ? new(CartOutcome.Unchanged, this)
        : new(CartOutcome.Done, this with { Lines = [] });

    /// <summary>Takes another cart's units over. What is too much is left out: nobody signs in to read about
    /// limits.</summary>
    public Cart Merge(Cart other)
    {
        var lines = Lines.ToList();
        foreach (var line in other.Lines)
        {
            var at = lines.FindIndex(own => own.Sku == line.Sku);
            if (at >= 0)
                lines[at] = lines[at] with { Quantity = Math.Min(UnitsMax, lines[at].Quantity + line.Quantity) };
            else if (lines.Count < LinesMax && (lines.Count == 0 || lines[0].Currency == line.Currency))
                lines.Add(line);
        }
        return this with { Lines = lines };
    }

    /// <summary>Without the units that were ordered; what was added since stays.</summary>
    public Cart Without(IEnumerable<(string Sku, int Quantity)> ordered)
    {
        var gone = ordered.ToDictionary(line => line.Sku, line => line.Quantity);
        return this with
        {
            Lines =
            [
                .. Lines.Select(line => line with { Quantity = line.Quantity - gone.GetValueOrDefault(line.Sku) })
                    .Where(line => line.Quantity > 0),
            ],
        };
    }

    public int QuantityOf(string sku) => Lines.FirstOrDefault(line => line.Sku == sku)?.Quantity ?? 0;

    private CartChange Put(CartLine line)
    {
        if (line.Quantity > UnitsMax)
            return new(CartOutcome.TooManyUnits, this);
        var lines = Lines.ToList();
        var at = lines.FindIndex(own => own.Sku == line.Sku);
        if (at >= 0)
            lines[at] = line;
        else if (lines.Count == LinesMax)
            return new(CartOutcome.TooManyLines, this);
        else if (lines.Count > 0 && lines[0].Currency != line.Currency)
            return new(CartOutcome.OtherCurrency, this);
        else
            lines.Add(line);
        return new(CartOutcome.Done, this with { Lines = lines });
    }
}

/// <param name="PriceMinor">Of one unit when it was put in; what is paid is asked anew.</param>
internal sealed record CartLine(string Sku, int Quantity, long PriceMinor, string Currency);

/// <summary>An addition's idempotency key and content, shortened: 96 bits tell a person's few apart.</summary>
internal sealed record Addition(string Key, string Asked)
{
    public static Addition Of(string key, CartLine line) => new(Short(key), Short($"{line.Sku}\n{line.Quantity}"));

    internal static string Short(string text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        return Convert.ToBase64String(hash[..12]);
    }
}

internal enum CartOutcome { Done, Unchanged, KeyReused, NotInCart, TooManyLines, TooManyUnits, OtherCurrency, OutOfStock, Stale }

internal readonly record struct CartChange(CartOutcome Outcome, Cart Cart);
