using System.Diagnostics;
using Doorbuster.Platform.Commands;
using Microsoft.Extensions.Logging;

namespace Doorbuster.Platform.Embedded;

/// <summary>A private server that runs as our child, on 127.0.0.1, with its files in the installation.</summary>
public abstract class EmbeddedStore
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly EmbeddedSetup _setup;
    private Child? _child;

    private protected EmbeddedStore(
        string name, string folderName, EmbeddedSetup setup, StoreRecord record, StoreUser user)
    {
        (Name, _setup, Record, User) = (name, setup, record, user);
        Folder = Path.Combine(setup.StoresFolder, folderName);
        LogFile = Path.Combine(setup.Installation.Folder, "logs", folderName + ".log");
    }

    public event Action? Restarted;

    public string Name { get; }

    public string Folder { get; }

    public string LogFile { get; }

    public int Port => Record.Port;

    /// <summary>0 while it is down.</summary>
    public int ProcessId => _child?.ProcessId ?? 0;

    internal StoreRecord Record { get; }

    internal StoreUser User { get; }

    internal EmbeddedSetup Setup => _setup;

    private protected abstract string PidFile { get; }

    private protected abstract int StopSignal { get; }

    /// <summary>Returns when the server answers; from then on it is started again whenever it dies.</summary>
    public async Task Start(CancellationToken cancel)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(LogFile)!);
        await User.Own(Folder, cancel);
        await Leftovers.End(Name, Folder, PidFile, StopSignal, _setup.Say, _setup.Clock, cancel);
        if (Record.Port == 0 || !Ports.IsFree(Record.Port))
        {
            Record.Port = Ports.Free();
            _setup.Installation.SaveRecord();
        }
        await Prepare(cancel);
        await User.Own(Folder, cancel);

        var command = User.RunAsChild(StopSignal, Command());
        _child = new Child(
            Name, command, StopSignal, LogFile, IsReady, () => Restarted?.Invoke(), _setup.Clock, _setup.Log);
        await SayWhileWaiting(_child.Start(cancel));
        await Complete(cancel);
    }

    /// <summary>An orderly stop; it stays down until the next start.</summary>
    public Task Stop() => _child?.Stop() ?? Task.CompletedTask;

    /// <summary>Ends the server at once, as a crash would; it is started again.</summary>
    public void Kill() => _child?.Signal(Unix.Kill);

    /// <summary>The server hangs: it keeps its connections and answers nothing until <see cref="Thaw"/>.</summary>
    public void Freeze() => _child?.Signal(Unix.Halt);

    public void Thaw() => _child?.Signal(Unix.Continue);

    /// <summary>Writes configuration; makes the files of a first start.</summary>
    private protected abstract Task Prepare(CancellationToken cancel);

    private protected abstract string[] Command();

    private protected abstract Task<bool> IsReady(CancellationToken cancel);

    private protected virtual Task Complete(CancellationToken cancel) => Task.CompletedTask;

    // After a crash PostgreSQL replays its log and Redis reads its own, which takes as long as they are.
    private async Task SayWhileWaiting(Task start)
    {
        var started = _setup.Clock.GetTimestamp();
        while (await Task.WhenAny(start, Task.Delay(Patience, _setup.Clock)) != start)
            _setup.Say(
                $"{Name} is still starting after {_setup.Clock.GetElapsedTime(started).TotalSeconds:0} s; what it "
                + $"does: {LogFile}");
        await start;
    }

    /// <summary>Runs a step that may take long, and says so and how long it took.</summary>
    private protected async Task Step(string what, Func<Task> step)
    {
        _setup.Say($"{what} …");
        var started = Stopwatch.GetTimestamp();
        await step();
        _setup.Say($"{what}: done in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s.");
    }

    private protected static void WritePrivate(string path, string text)
    {
        File.Delete(path);
        using var file = new StreamWriter(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        file.Write(text);
    }
}

/// <summary>What the stores of one installation share.</summary>
internal sealed record EmbeddedSetup(
    Installation Installation, string StoresFolder, EmbeddedOptions Options, Action<string> Say, TimeProvider Clock,
    ILogger Log);

public sealed record EmbeddedOptions
{
    /// <summary>False only in tests: killed processes lose nothing then either, a power cut would.</summary>
    public bool SurvivesPowerLoss { get; init; } = true;

    /// <summary>Where the program itself will listen, so that no store takes it.</summary>
    public int? ProgramPort { get; init; }

    /// <summary>We use one; tests, one each.</summary>
    public int RedisDatabases { get; init; } = 1;
}
