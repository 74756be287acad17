using System.Collections.Concurrent;
using System.Diagnostics;

namespace Doorbuster.Platform.Embedded;

/// <summary>
/// Starts children from one thread that lives as long as the process. The kernel sends a child its parent-death signal
/// when the *thread* that forked it ends: started from the pool, a child would die with an idle pool thread.
/// </summary>
internal static class ChildThread
{
    private static readonly BlockingCollection<Action> Starts = [];

    static ChildThread() => new Thread(() =>
    {
        foreach (var start in Starts.GetConsumingEnumerable())
            start();
    })
    { IsBackground = true, Name = "children" }.Start();

    public static Task<Process> Start(ProcessStartInfo command)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        Starts.Add(() =>
        {
            try
            {
                started.SetResult(Process.Start(command)!);
            }
            catch (Exception error)
            {
                started.SetException(error);
            }
        });
        return started.Task;
    }
}
