using System.Security.Cryptography;
using Doorbuster.Platform.Audit;
using FsCheck;
using FsCheck.Fluent;

namespace Doorbuster.Tests.Platform;

public sealed class AuditChainTests
{
    private static Gen<string?> Text => Gen.Elements(null, "", "a", "1:a,", "-,", "ä", "\n", "usr_1", "{\"a\":1}");

    private static Gen<AuditEntry> Entry =>
        from actor in Text
        from address in Text
        from request in Text
        from subject in Text
        from before in Text
        from after in Text
        from seconds in Gen.Choose(0, 1_000_000)
        select new AuditEntry(
            0, DateTimeOffset.UnixEpoch.AddSeconds(seconds), actor ?? "", "http", address, request, "sale.change",
            subject ?? "", before, after, [], []);

    [Fact]
    public void A_chain_as_it_was_sealed_is_whole() => Check.One(
        Config.QuickThrowOnFailure, Prop.ForAll(Entry.ListOf().ToArbitrary(), entries =>
        {
            var sealedOnes = Seal([.. entries]);
            Assert.Null(Verify(sealedOnes, EndOf(sealedOnes)).Broken);
        }));

    [Fact]
    public void Whatever_is_changed_removed_swapped_appended_or_cut_is_found_at_the_first_row_that_is_otherwise() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(
            (from entries in Entry.NonEmptyListOf()
             from forged in Entry
             from at in Gen.Choose(0, entries.Count - 1)
             from other in Gen.Choose(0, entries.Count - 1)
             from how in Gen.Choose(0, 4)
             select (entries, forged, at, other, how)).ToArbitrary(),
            drawn =>
            {
                var (entries, forged, at, other, how) = drawn;
                var log = Seal([.. entries]);
                var head = EndOf(log);
                var before = log.ToList();
                switch (how)
                {
                    case 0:    // the content, under the old hash
                        log[at] = forged with { Seq = log[at].Seq, Previous = log[at].Previous, Hash = log[at].Hash };
                        break;
                    case 1:
                        log.RemoveAt(at);
                        break;
                    case 2:    // the contents change their places, numbers and all
                        (log[at], log[other]) = (log[other] with { Seq = log[at].Seq }, log[at] with { Seq = log[other].Seq });
                        break;
                    case 3:    // sealed rightly, past the head
                        log.Add(SealOne(forged, head));
                        break;
                    default:
                        log = [.. log.Take(at)];
                        break;
                }
                var isOtherwise = log.Count != before.Count || log.Zip(before).Any(pair => !Same(pair.First, pair.Second));
                var (broken, end) = Verify(log, head);
                var found = broken is not null || end.Seq > head.Seq;
                Assert.Equal(isOtherwise, found);
                if (broken is not null && how is 0 or 1 or 4 && isOtherwise)
                    Assert.Equal(at + 1, broken!.Seq);
            }));

    [Fact]
    public void A_log_that_was_rewritten_with_all_its_hashes_is_found_by_an_anchor_from_before_and_by_nothing_else() => Check.One(
        Config.QuickThrowOnFailure, Prop.ForAll(
            (from entries in Entry.NonEmptyListOf()
             from at in Gen.Choose(0, entries.Count - 1)
             select (entries, at)).ToArbitrary(),
            drawn =>
            {
                var log = Seal([.. drawn.entries]);
                var anchor = EndOf(log);
                var rewritten = Seal([.. drawn.entries.Select(
                    (entry, i) => i == drawn.at ? entry with { Actor = "somebody else" } : entry)]);

                Assert.Null(Verify(rewritten, EndOf(rewritten)).Broken);
                Assert.Equal(log.Count, Verify(rewritten, EndOf(rewritten), anchor).Broken!.Seq);
            }));

    [Fact]
    public void A_field_cannot_flow_into_the_next()
    {
        var one = new AuditEntry(1, DateTimeOffset.UnixEpoch, "ab", "http", null, null, "c", "d", null, null, [], []);

        Assert.NotEqual(Hash(one), Hash(one with { Actor = "a", Source = "bhttp" }));
        Assert.NotEqual(Hash(one), Hash(one with { Address = "" }));
        Assert.NotEqual(Hash(one with { Before = "1" }), Hash(one with { After = "1" }));
    }

    [Fact]
    public void An_anchor_is_read_as_it_was_written()
    {
        var anchor = new AuditAnchor(12, SHA256.HashData("anything"u8));

        Assert.Equal(anchor.ToString(), AuditAnchor.Parse(anchor.ToString())!.ToString());
        Assert.All(["", "12", "12:", "12:xyz", "-1:" + new string('0', 64), "1:" + new string('g', 64)],
            text => Assert.Null(AuditAnchor.Parse(text)));
    }

    private static byte[] Hash(AuditEntry entry) => AuditChain.HashOf(entry, entry.Seq, AuditAnchor.Start.Hash);

    private static List<AuditEntry> Seal(IReadOnlyList<AuditEntry> entries)
    {
        var log = new List<AuditEntry>();
        foreach (var entry in entries)
            log.Add(SealOne(entry, EndOf(log)));
        return log;
    }

    private static AuditEntry SealOne(AuditEntry entry, AuditAnchor end) => entry with
    {
        Seq = end.Seq + 1,
        Previous = end.Hash,
        Hash = AuditChain.HashOf(entry, end.Seq + 1, end.Hash),
    };

    private static AuditAnchor EndOf(List<AuditEntry> log) =>
        log is [.., var last] ? new AuditAnchor(last.Seq, last.Hash) : AuditAnchor.Start;

    private static (AuditBreak? Broken, AuditAnchor End) Verify(List<AuditEntry> log, params AuditAnchor[] anchors)
    {
        var chain = new AuditChain(anchors);
        foreach (var entry in log)
            if (chain.Follow(entry) is { } broken)
                return (broken, chain.End);
        return (chain.Finish(), chain.End);
    }

    // Records compare arrays by reference.
    private static bool Same(AuditEntry one, AuditEntry other) =>
        one with { Previous = other.Previous, Hash = other.Hash } == other && one.Hash.AsSpan().SequenceEqual(other.Hash);
}
