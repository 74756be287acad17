using System.Diagnostics;
using Doorbuster.Platform.Commands;
using Microsoft.Extensions.Logging;

namespace Doorbuster.Platform.Embedded;

/// <summary>A store's process: started, watched, started again when it dies, ended when we end.</summary>
/// <param name="stopSignal">Asks for an orderly stop; also what the kernel sends when we die.</param>
/// <param name="isReady">True once the store answers. May fail until then.</param>
/// <param name="restarted">Called when it answers again after it had died.</param>
internal sealed class Child(
    string name, string[] command, int stopSignal, string logFile, Func<CancellationToken, Task<bool>> isReady,
    Action restarted, TimeProvider clock, ILogger log)
{
    private const int StartAttempts = 3;
    private const long LogBytesMax = 16 << 20;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LastDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ReadyPoll = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan Healthy = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(30);

    private TaskCompletionSource _ready = NewSignal();
    private TaskCompletionSource _stop = NewSignal();
    private Task _supervision = Task.CompletedTask;
    private int _process;

    /// <summary>The store's process id; 0 while it is down.</summary>
    public int ProcessId => Volatile.Read(ref _process);

    /// <summary>Returns when the store answers.</summary>
    public Task Start(CancellationToken cancel)
    {
        (_ready, _stop) = (NewSignal(), NewSignal());
        _supervision = Task.Run(Supervise, CancellationToken.None);
        return _ready.Task.WaitAsync(cancel);
    }

    public Task Stop()
    {
        _stop.TrySetResult();
        return _supervision;
    }

    public void Signal(int signal)
    {
        if (ProcessId is > 0 and var process)
            Unix.Signal(process, signal);
    }

    private async Task Supervise()
    {
        var delay = FirstDelay;
        for (var failures = 0; !_stop.Task.IsCompleted;)
        {
            var started = clock.GetTimestamp();
            try
            {
                using var process = await Launch();
                var ended = process.WaitForExitAsync();
                Volatile.Write(ref _process, process.Id);
                await WaitUntilReady(ended);
                await Task.WhenAny(ended, _stop.Task);
                if (_stop.Task.IsCompleted)
                    await End(process, ended);
                Volatile.Write(ref _process, 0);
                if (_stop.Task.IsCompleted)
                    break;

                if (clock.GetElapsedTime(started) > Healthy)
                    delay = FirstDelay;
                log.StoreDied(name, process.ExitCode, delay.TotalMilliseconds);
            }
            catch (Exception error)
            {
                log.StoreNotStarted(error, name, delay.TotalMilliseconds);
            }
            if (!_ready.Task.IsCompleted && ++failures == StartAttempts)
            {
                _ready.TrySetException(new CommandFailedException(ExitCode.DependencyAway,
                    $"{name} does not start. Its last words ({logFile}):{Environment.NewLine}{LastWords()}"));
                return;
            }
            await Task.WhenAny(Task.Delay(delay, clock), _stop.Task);
            delay = delay * 2 < LastDelay ? delay * 2 : LastDelay;
        }
        _ready.TrySetCanceled();
    }

    private async Task<Process> Launch()
    {
        if (new FileInfo(logFile) is { Exists: true, Length: > LogBytesMax })
            File.Move(logFile, logFile + ".1", overwrite: true);

        // The shell only opens the log and then becomes the store.
        var process = await ChildThread.Start(new ProcessStartInfo(
            "/bin/sh", ["-c", "log=$1; shift; exec \"$@\" </dev/null >>\"$log\" 2>&1", "sh", logFile, .. command])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        });
        process.StandardInput.Close();
        process.StandardOutput.Close();
        process.StandardError.Close();
        return process;
    }

    private async Task WaitUntilReady(Task ended)
    {
        while (!ended.IsCompleted && !_stop.Task.IsCompleted)
        {
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(2), clock);
            try
            {
                if (await isReady(deadline.Token))
                {
                    log.StoreReady(name, ProcessId);
                    if (!_ready.TrySetResult())
                        restarted();
                    return;
                }
            }
            catch (Exception) when (!ended.IsCompleted)
            {
                // Not listening yet, or still recovering: ask again.
            }
            await Task.WhenAny(Task.Delay(ReadyPoll, clock), ended);
        }
    }

    private async Task End(Process process, Task ended)
    {
        Unix.Signal(process.Id, Unix.Continue);
        Unix.Signal(process.Id, stopSignal);
        if (await Task.WhenAny(ended, Task.Delay(StopPatience, clock)) == ended)
            return;

        log.StoreStopSlow(name, StopPatience.TotalSeconds);
        Unix.Signal(process.Id, Unix.Quit);
        if (await Task.WhenAny(ended, Task.Delay(StopPatience / 3, clock)) != ended)
            Unix.Signal(process.Id, Unix.Kill);
        await ended;
    }

    private string LastWords() =>
        File.Exists(logFile)
            ? string.Join(Environment.NewLine, File.ReadLines(logFile).TakeLast(8).Select(line => "  " + line))
            : "  (none)";

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
