using Doorbuster.Contracts.Claims;
using Doorbuster.FlashSales;
using Doorbuster.Platform;

namespace Doorbuster.Tests.FlashSales;

public sealed class TicketTests
{
    private const long Ada = 1_001;

    private static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(ClaimState.Held, "confirmed", false)]
    [InlineData(ClaimState.Kept, "kept", true)]
    [InlineData(ClaimState.Released, "released", true)]
    public void A_ticket_tells_the_state_of_its_claim(ClaimState state, string word, bool isFinal)
    {
        var ticket = Ticket.Of(7, Ada, Claim(7, Ada, state), Now)!;

        Assert.Equal((word, isFinal), (ticket.Word, ticket.IsFinal));
    }

    [Fact]
    public void Another_persons_ticket_does_not_exist()
    {
        Assert.Null(Ticket.Of(7, Ada, Claim(7, person: 2_002, ClaimState.Held), Now));
        Assert.Null(Ticket.Of(Id(Stranger(), Now), Ada, claim: null, Now));
    }

    [Fact]
    public void A_claim_the_ledger_does_not_have_is_queued_for_a_minute_and_lost_then()
    {
        var id = Id(Ada, Now);

        Assert.Equal(TicketStatus.Queued, Ticket.Of(id, Ada, null, Now.AddSeconds(59))!.Status);
        Assert.Equal(TicketStatus.Lost, Ticket.Of(id, Ada, null, Now.AddSeconds(61))!.Status);
    }

    [Fact]
    public void A_ticket_from_the_future_was_made_up() =>
        Assert.Null(Ticket.Of(Id(Ada, Now.AddMinutes(5)), Ada, null, Now));

    private static ClaimView Claim(long id, long person, ClaimState state) =>
        new(id, 1, person, 1, state, 1, Now.AddMinutes(15), Now);

    private static long Stranger() =>
        Enumerable.Range(2_002, 100).First(person => Ids.BucketOf(person) != Ids.BucketOf(Ada));

    private static long Id(long person, DateTimeOffset at)
    {
        var node = new NodeNumber { Value = 1 };
        return new Ids(node, new Stopped(at)).NextFor(person);
    }

    private sealed class Stopped(DateTimeOffset at) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => at;
    }
}
