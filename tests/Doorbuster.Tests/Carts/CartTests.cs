using Doorbuster.Carts;

namespace Doorbuster.Tests.Carts;

public sealed class CartTests
{
    private static readonly Cart Empty = Cart.Empty(1, isGuest: false);

    [Fact]
    public void The_same_key_adds_once_and_other_content_under_it_is_told()
    {
        var once = Empty.Add("a", Line("MUG", 2)).Cart;

        Assert.Equal((CartOutcome.Unchanged, 2), Seen(once.Add("a", Line("MUG", 2))));
        Assert.Equal(CartOutcome.KeyReused, once.Add("a", Line("MUG", 3)).Outcome);
        Assert.Equal((CartOutcome.Done, 4), Seen(once.Add("b", Line("MUG", 2))));
    }

    [Fact]
    public void A_cart_has_at_most_fifty_lines_of_a_thousand_units()
    {
        var full = Enumerable.Range(0, 50).Aggregate(Empty, (cart, i) => cart.Add($"{i}", Line($"S{i}", 1_000)).Cart);

        Assert.Equal(50, full.Lines.Count);
        Assert.Equal(CartOutcome.TooManyLines, full.Add("x", Line("OTHER", 1)).Outcome);
        Assert.Equal(CartOutcome.TooManyUnits, full.Add("y", Line("S0", 1)).Outcome);
        Assert.Equal(CartOutcome.OtherCurrency, Empty.Add("a", Line("A", 1)).Cart.Add("b", Line("B", 1) with { Currency = "EUR" }).Outcome);
    }

    [Fact]
    public void Merging_adds_quantities_caps_them_and_never_loses_what_was_there()
    {
        var own = Enumerable.Range(0, 49).Aggregate(Empty, (cart, i) => cart.Add($"{i}", Line($"S{i}", 600)).Cart);
        var guest = Empty.Add("1", Line("S0", 600)).Cart.Add("2", Line("NEW", 3)).Cart.Add("3", Line("TOO-MANY", 1)).Cart;

        var merged = own.Merge(guest);

        Assert.Equal((1_000, 600, 3, 0),
            (merged.QuantityOf("S0"), merged.QuantityOf("S1"), merged.QuantityOf("NEW"), merged.QuantityOf("TOO-MANY")));
    }

    [Fact]
    public void What_was_ordered_goes_and_what_came_since_stays()
    {
        var cart = Empty.Add("1", Line("A", 3)).Cart.Add("2", Line("B", 1)).Cart;

        var rest = cart.Without([("A", 2), ("B", 1), ("GONE", 1)]);

        Assert.Equal([new CartLine("A", 1, 100, "GBP")], rest.Lines);
    }

    [Fact]
    public void Only_a_few_keys_are_remembered()
    {
        var cart = Enumerable.Range(0, 40).Aggregate(Empty, (one, i) => one.Add($"{i}", Line("A", 1)).Cart);

        Assert.Equal(16, cart.Recent.Count);
        Assert.Equal(CartOutcome.Unchanged, cart.Add("39", Line("A", 1)).Outcome);
    }

    private static (CartOutcome, int) Seen(CartChange change) => (change.Outcome, change.Cart.QuantityOf("MUG"));

    private static CartLine Line(string sku, int quantity) => new(sku, quantity, 100, "GBP");
}
