using Doorbuster.Platform;

namespace Doorbuster.Tests.Platform;

public class IdsTests
{
    private readonly SteppingClock _clock = new(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public void An_id_carries_the_bucket_of_its_person_and_its_time()
    {
        var ids = NewIds(node: 5);
        foreach (var person in new[] { 1L, 42, 249_429_295_149_150_208, long.MaxValue })
        {
            var id = ids.NextFor(person);
            Assert.Equal(Ids.BucketOf(person), Ids.BucketIn(id));
            Assert.InRange((Ids.TimeOf(id) - _clock.GetUtcNow()).Duration(), TimeSpan.Zero, TimeSpan.FromMilliseconds(1));
        }
    }

    [Fact]
    public async Task Ids_are_unique_and_ascend_also_when_the_clock_steps_back()
    {
        var ids = NewIds(node: 0);
        var first = Enumerable.Range(0, 1_000).Select(_ => ids.NextFor(7)).ToArray();
        _clock.Now -= TimeSpan.FromHours(1);
        var second = Enumerable.Range(0, 1_000).Select(_ => ids.NextFor(7)).ToArray();
        Assert.Equal(2_000, first.Concat(second).Distinct().Count());
        Assert.Equal(first.Concat(second), first.Concat(second).Order());

        var parallel = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(
            () => Enumerable.Range(0, 10_000).Select(_ => ids.Next()).ToArray())));
        Assert.Equal(80_000, parallel.SelectMany(made => made).Distinct().Count());
    }

    [Fact]
    public void Two_nodes_never_make_the_same_id()
    {
        var (one, other) = (NewIds(node: 1), NewIds(node: 2));
        var made = Enumerable.Range(0, 5_000).SelectMany(_ => new[] { one.NextFor(7), other.NextFor(7) });
        Assert.Equal(10_000, made.Distinct().Count());
    }

    [Fact]
    public void People_fall_into_all_buckets_alike()
    {
        var ids = NewIds(node: 0);
        var buckets = Enumerable.Range(0, 102_400).Select(_ => Ids.BucketOf(ids.Next())).CountBy(bucket => bucket).ToArray();
        Assert.Equal(Ids.Buckets, buckets.Length);
        Assert.All(buckets, bucket => Assert.InRange(bucket.Value, 25, 400));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(249_429_295_149_150_208)]
    [InlineData(long.MaxValue)]
    public void A_public_id_reads_back(long id)
    {
        Assert.True(PublicId.TryParse("ord", PublicId.Format("ord", id), out var read));
        Assert.Equal(id, read);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ord_")]
    [InlineData("sal_0000000000001")]
    [InlineData("ord_000000000000")]
    [InlineData("ord_00000000000001")]
    [InlineData("ord_000000000000u")]
    [InlineData("ord_000000000000A")]
    [InlineData("ord_zzzzzzzzzzzzz")]
    public void Nonsense_is_no_public_id(string? text) => Assert.False(PublicId.TryParse("ord", text, out _));

    private Ids NewIds(int node) => new(new NodeNumber { Value = node }, _clock);

    private sealed class SteppingClock(DateTimeOffset start) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = start;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
