using System.Text;
using Doorbuster.Contracts.Claims;
using Doorbuster.RedPackets;
using FsCheck;
using FsCheck.Fluent;

namespace Doorbuster.Tests.RedPackets;

public sealed class PartSplitTests
{
    private static readonly Arbitrary<(long Amount, int Parts, int Seed)> AnyPacket = (
        from parts in Gen.OneOf(Gen.Choose(1, 20), Gen.Choose(1, 3_000))
        from more in Gen.OneOf(
            Gen.Choose(0, 20).Select(minor => (long)minor), Gen.Choose(0, 1_000_000).Select(minor => (long)minor),
            Gen.Constant(100_000_000_000L))
        from seed in Gen.Choose(0, int.MaxValue)
        select (parts + more, parts, seed)).ToArbitrary();

    [Fact]
    public void Lucky_parts_add_up_and_none_is_empty_or_beyond_twice_the_mean_of_what_was_left() =>
        Prop.ForAll(AnyPacket, packet =>
        {
            var split = PartSplit.Luckily(packet.Amount, packet.Parts, From(packet.Seed));

            Assert.Equal(packet.Parts, split.Length);
            Assert.Equal(packet.Amount, split.Sum());
            Assert.All(split, part => Assert.InRange(part, 1, packet.Amount - packet.Parts + 1));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Equal_parts_add_up_and_differ_by_one_unit_at_most() =>
        Prop.ForAll(AnyPacket, packet =>
        {
            var split = PartSplit.Equally(packet.Amount, packet.Parts, From(packet.Seed));

            Assert.Equal(packet.Amount, split.Sum());
            Assert.InRange(split.Max() - split.Min(), 0, 1);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(100, 10)]
    [InlineData(1_003, 10)]
    [InlineData(12, 10)]
    [InlineData(5_000, 3)]
    public void Every_place_has_the_same_expected_value(long amount, int parts)
    {
        const int packets = 40_000;
        var draw = From(42);
        var (sums, squares) = (new double[parts], new double[parts]);
        for (var i = 0; i < packets; i++)
        {
            var split = PartSplit.Luckily(amount, parts, draw);
            for (var place = 0; place < parts; place++)
            {
                sums[place] += split[place];
                squares[place] += (double)split[place] * split[place];
            }
        }
        for (var place = 0; place < parts; place++)
        {
            var mean = sums[place] / packets;
            var error = Math.Sqrt((squares[place] / packets - mean * mean) / packets);
            Assert.InRange(mean, amount / (double)parts - 4.5 * error, amount / (double)parts + 4.5 * error);
        }
    }

    [Fact]
    public void What_cannot_be_split_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => PartSplit.Luckily(9, 10, From(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => PartSplit.Equally(9, 0, From(1)));
    }

    [Fact]
    public void The_strong_source_draws_every_number_below_the_limit_as_often()
    {
        var draw = PartSplit.StrongSource();
        var counts = new int[7];
        for (var i = 0; i < 70_000; i++)
            counts[draw(7)]++;
        Assert.All(counts, count => Assert.InRange(count, 9_500, 10_500));
        Assert.Equal(0, draw(1));
    }

    [Fact]
    public void The_answer_says_the_amount_of_the_claims_part()
    {
        var claim = new ClaimView(7, 9, 1, 1, ClaimState.Kept, 2, null, default);
        Span<byte> body = stackalloc byte[256];

        var length = GrabPart.WriteGranted(body, claim, new PacketParts("GBP", [10, 25, 3]));

        Assert.Equal(
            """{"grab":{"id":"rpg_0000000000007","packetId":"rpk_0000000000009","ordinal":2,"amount":25,"currency":"GBP"}}""",
            Encoding.UTF8.GetString(body[..length]));
    }

    private static Func<long, long> From(int seed)
    {
        var random = new Random(seed);
        return random.NextInt64;
    }
}
