using Doorbuster.Platform.Commands;

namespace Doorbuster.Platform.Embedded;

/// <summary>
/// A store of this folder that outlived its program: it is stopping on the kernel's word, or was started in the instant
/// before its program died. We hold the installation's lock, so it belongs to nobody.
/// </summary>
internal static class Leftovers
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits for it to end; asks, then makes it, when it does not.</summary>
    public static async Task End(
        string name, string folder, string pidFile, int stopSignal, Action<string> say, TimeProvider clock,
        CancellationToken cancel)
    {
        if (!File.Exists(pidFile) || !int.TryParse(File.ReadLines(pidFile).FirstOrDefault(), out var process)
            || !IsOurs(process, folder))
            return;

        say($"{name} of an earlier run (process {process}) is still stopping; waiting for it.");
        foreach (var signal in (int[])[stopSignal, Unix.Quit, Unix.Kill])
        {
            Unix.Signal(process, signal);
            var asked = clock.GetTimestamp();
            while (IsOurs(process, folder) && clock.GetElapsedTime(asked) < Patience)
                await Task.Delay(Poll, clock, cancel);
        }
        if (IsOurs(process, folder))
            throw new CommandFailedException(
                ExitCode.Conflict,
                $"{name} of an earlier run (process {process}) does not end. End it, then start again.");
    }

    // Numbers are used again: only a process that works in the store's folder is the store.
    private static bool IsOurs(int process, string folder) => Unix.IsAlive(process)
        && Unix.WorkingFolder(process) == folder;
}
