using System.Diagnostics;
using Doorbuster.Accounts;

namespace Doorbuster.Tests.Accounts;

public sealed class PasswordHashingTests
{
    [Fact]
    public async Task The_right_password_is_right_and_others_are_not()
    {
        using PasswordHashing passwords = new();
        var hash = await passwords.Hash("correct horse");
        Assert.Equal(PasswordCheck.Right, await passwords.Verify(hash, "correct horse"));
        Assert.Equal(PasswordCheck.Wrong, await passwords.Verify(hash, "Correct horse"));

        // The format's own words: version 3, HMAC-SHA512, and how often.
        var bytes = Convert.FromBase64String(hash!);
        Assert.Equal((1, 2, PasswordHashing.Iterations), (bytes[0], bytes[4], bytes[5] << 24 | bytes[6] << 16 | bytes[7] << 8 | bytes[8]));
    }

    [Fact]
    public async Task An_older_weaker_hash_is_recognized_so_that_it_can_be_renewed()
    {
        using PasswordHashing old = new(iterations: 1_000), now = new(iterations: 2_000);
        var hash = await old.Hash("correct horse");
        Assert.Equal(PasswordCheck.RightButWeak, await now.Verify(hash, "correct horse"));
        Assert.Equal(PasswordCheck.Wrong, await now.Verify(hash, "wrong"));
    }

    [Fact]
    public async Task Nobodys_password_takes_as_long_as_somebodys()
    {
        using PasswordHashing passwords = new();
        var hash = await passwords.Hash("correct horse");
        var (theirs, nobodys) = (TimeSpan.MaxValue, TimeSpan.MaxValue);
        for (var i = 0; i < 5; i++)    // the shortest of five: what others do on the machine only adds
        {
            theirs = Min(theirs, await Time(() => passwords.Verify(hash, "wrong")));
            nobodys = Min(nobodys, await Time(() => passwords.Verify(null, "wrong")));
        }
        // Without the work it would be a thousandth; what else runs on the machine may halve or double it.
        Assert.InRange(nobodys / theirs, 0.2, 5);

        static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
        static async Task<TimeSpan> Time(Func<Task> work)
        {
            var started = Stopwatch.GetTimestamp();
            await work();
            return Stopwatch.GetElapsedTime(started);
        }
    }

    [Fact]
    public async Task Beyond_two_at_work_and_twenty_waiting_the_answer_is_busy_at_once()
    {
        using PasswordHashing passwords = new();
        var all = Enumerable.Range(0, 100).Select(i => passwords.Hash($"password {i}")).ToArray();
        Assert.True(all.Count(hash => hash.IsCompletedSuccessfully) >= 70);

        var hashes = await Task.WhenAll(all);
        Assert.InRange(hashes.Count(hash => hash is not null), PasswordHashing.Threads + PasswordHashing.QueueMax, 30);
        Assert.NotNull(await passwords.Hash("again"));
    }
}
