using System.Diagnostics;

namespace Doorbuster.IntegrationTests;

/// <summary>Waits for what must come true by itself, no longer than needed.</summary>
public static class Eventually
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    public static Task IsTrue(Func<bool> condition, string what, TimeSpan? within = null) =>
        IsTrue(() => Task.FromResult(condition()), what, within);

    public static async Task IsTrue(Func<Task<bool>> condition, string what, TimeSpan? within = null)
    {
        var patience = within ?? TimeSpan.FromSeconds(15);
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(
                Stopwatch.GetElapsedTime(started) < patience, $"Not within {patience.TotalSeconds:0.#} s: {what}");
            await Task.Delay(Poll);
        }
    }
}
