using Doorbuster.Contracts.Orders;
using Doorbuster.Orders.Projections;
using FsCheck;
using FsCheck.Fluent;

namespace Doorbuster.Tests.Orders;

public sealed class OrderTallyTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    private static readonly string[] States = ["placed", "paid", "cancelled", "shipped", "refunding", "refunded"];

    [Fact]
    public void Sums_do_not_depend_on_the_order_of_messages_and_what_is_taken_back_is_as_if_never_said()
    {
        var message =
            from person in Gen.Choose(1, 4)
            from step in Gen.Choose(0, 8)
            from quantity in Gen.Choose(1, 3)
            from hours in Gen.Choose(0, 60)
            from refund in Gen.Choose(0, 200)
            select Moved(
                step switch { 0 or 1 or 2 => null, _ => "paid" }, States[step % States.Length], person, quantity,
                Noon.AddHours(hours), step > 6 ? refund : 0);
        Check.One(
            Config.QuickThrowOnFailure,
            Prop.ForAll(message.ListOf().ToArbitrary(), messages =>
            {
                var (forwards, backwards) = (new OrderTally(), new OrderTally());
                foreach (var one in messages)
                    forwards.Add(one);
                foreach (var one in messages.AsEnumerable().Reverse())
                    backwards.Add(one);
                Assert.Equal(Of(forwards), Of(backwards));

                foreach (var one in messages)
                    forwards.Add(one, sign: -1);
                Assert.All(forwards.Days.Values, day => Assert.Equal(default, day));
                Assert.All(
                    forwards.Products.Values, product => Assert.Equal(default, product with { Title = null! }));
                Assert.All(
                    forwards.Customers.Values, customer => Assert.Equal(default, customer with { LastSeen = default }));
            }));
    }

    [Fact]
    public void An_order_is_counted_by_day_product_and_customer()
    {
        var tally = new OrderTally();
        tally.Add(Moved(null, "placed", person: 7, quantity: 3, Noon));
        tally.Add(Moved("placed", "paid", person: 7, quantity: 3, Noon.AddDays(1)));
        tally.Add(Moved("paid", "paid", person: 7, quantity: 3, Noon.AddDays(2), refund: 100));
        tally.Add(Moved(null, "cancelled", person: 8, quantity: 1, Noon));

        Assert.Equal(new OrderTally.OfDay(2, 1_200, 0, 0, 1, 0, 0), tally.Days[(new(2026, 11, 20), "GBP")]);
        Assert.Equal(new OrderTally.OfDay(0, 0, 1, 900, 0, 0, 0), tally.Days[(new(2026, 11, 21), "GBP")]);
        Assert.Equal(new OrderTally.OfDay(0, 0, 0, 0, 0, 0, 100), tally.Days[(new(2026, 11, 22), "GBP")]);
        Assert.Equal(new OrderTally.OfProduct("A lamp", 4, 3, 900, 1, 0), tally.Products[("LAMP-1", "GBP")]);
        Assert.Equal(new OrderTally.OfCustomer(1, 900, 100, Noon.AddDays(2)), tally.Customers[(7, "GBP")]);
        Assert.False(tally.Customers.ContainsKey((8, "GBP")));
    }

    private static string Of(OrderTally tally) => string.Join(
        '\n',
        tally.Days.OrderBy(row => row.Key).Select(row => row.ToString())
            .Concat(tally.Products.OrderBy(row => row.Key).Select(row => row.ToString()))
            .Concat(tally.Customers.OrderBy(row => row.Key).Select(row => row.ToString())));

    private static OrdersMoved Moved(
        string? from, string to, int person, int quantity, DateTimeOffset at, long refund = 0) => new()
        {
            From = from,
            To = to,
            Reason = "",
            At = at,
            Orders =
            [
                new OrderFact(
                    person, person, "sale", "GBP", quantity * 300, [new("LAMP-1", "A lamp", quantity, 300)], Noon,
                    RefundMinor: refund),
            ],
        };
}
