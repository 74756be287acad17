using System.Diagnostics;
using System.Security.Cryptography;
using Doorbuster.Accounts;
using Doorbuster.Contracts.Accounts;

namespace Doorbuster.Tests.Accounts;

public sealed class SessionTokenTests
{
    private const string Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TokenKey Key = new(1, RandomNumberGenerator.GetBytes(32), Now.AddDays(-1));
    private static readonly TokenKeyRing Keys = new(Key);

    private static readonly string Good = SessionToken.Write(Key, 42, long.MaxValue, Now.AddHours(12));

    [Fact]
    public void A_token_says_whose_session_it_is()
    {
        Assert.Equal(TokenReading.Good, SessionToken.Read(Good, Keys, Now, out var found));
        Assert.Equal(new SignedToken(42, long.MaxValue), found);
        Assert.Equal(SessionToken.Length, Good.Length);
    }

    [Fact]
    public void Altering_any_digit_in_any_way_makes_it_worthless()
    {
        for (var place = SessionToken.Prefix.Length; place < Good.Length; place++)
            foreach (var digit in Digits.Where(digit => digit != Good[place]))
            {
                var altered = string.Concat(Good.AsSpan(0, place), [digit], Good.AsSpan(place + 1));
                Assert.NotEqual(TokenReading.Good, SessionToken.Read(altered, Keys, Now, out var found));
                Assert.Equal(default, found);
            }
    }

    [Fact]
    public void A_token_has_one_spelling()
    {
        string[] others =
        [
            "", "dbs_", Good[..^1], Good + "A", Good + "=", " " + Good, Good + " ", Good.Insert(20, "\n"), Good[..20] + " " + Good[21..],
            Good.ToUpperInvariant(), "DBS_" + Good[4..], "dbk_" + Good[4..], Good.Replace('_', '/'), new('A', 10_000),
            new string('\0', Good.Length), "dbs_" + new string('é', Good.Length - 4),
        ];
        foreach (var other in others.Where(other => other != Good))
            Assert.NotEqual(TokenReading.Good, SessionToken.Read(other, Keys, Now, out _));
    }

    [Fact]
    public void It_ends_with_its_last_second()
    {
        Assert.Equal(TokenReading.Good, SessionToken.Read(Good, Keys, Now.AddHours(12).AddSeconds(-1), out _));
        Assert.Equal(TokenReading.Expired, SessionToken.Read(Good, Keys, Now.AddHours(12), out _));
    }

    [Fact]
    public void Another_key_under_the_same_number_does_not_do()
    {
        TokenKeyRing others = new(new TokenKey(1, RandomNumberGenerator.GetBytes(32), Now));
        Assert.Equal(TokenReading.Forged, SessionToken.Read(Good, others, Now, out _));
        Assert.Equal(TokenReading.UnknownKey, SessionToken.Read(Good, new(), Now, out _));
    }

    [Fact]
    public void A_new_key_signs_when_all_have_had_time_to_read_it_and_old_tokens_stay_good()
    {
        TokenKey next = new(2, RandomNumberGenerator.GetBytes(32), Now);
        TokenKeyRing both = new(Key, next);

        Assert.Same(Key, both.ForSigning(Now + TokenKeyRing.Settling - TimeSpan.FromSeconds(1)));
        Assert.Same(next, both.ForSigning(Now + TokenKeyRing.Settling));
        Assert.Equal(TokenReading.Good, SessionToken.Read(Good, both, Now, out _));
        Assert.Equal(TokenReading.Good, SessionToken.Read(SessionToken.Write(next, 1, 2, Now.AddHours(1)), both, Now, out _));
        Assert.Same(next, new TokenKeyRing(next).ForSigning(Now));    // the very first signs at once
    }

    [Fact]
    public void Reading_allocates_nothing_and_takes_a_microsecond()
    {
        const int Times = 50_000;
        for (var i = 0; i < 5_000; i++)
            SessionToken.Read(Good, Keys, Now, out _);

        var (bytes, started) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
        for (var i = 0; i < Times; i++)
            SessionToken.Read(Good, Keys, Now, out _);
        var took = Stopwatch.GetElapsedTime(started);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - bytes);

        TestContext.Current.TestOutputHelper?.WriteLine($"{took.TotalNanoseconds / Times:0} ns a token");
    }
}
