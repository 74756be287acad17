using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Doorbuster.Platform.Commands;

namespace Doorbuster.Platform.Embedded;

/// <summary>
/// A folder with everything one installation keeps. Whoever holds its lock runs it; the kernel gives the lock back when
/// the holder ends, however it ends.
/// </summary>
public sealed class Installation : IDisposable
{
    private const string LockFile = "lock";
    private const string RecordFile = "installation.json";
    private const string RunningFile = "running.json";
    private const int LockAttempts = 10;
    private const UnixFileMode ForEverybodyToEnter = (UnixFileMode)0b111_101_101;

    private readonly FileStream _lock;

    private Installation(string folder, FileStream held, InstallationRecord record) =>
        (Folder, _lock, Record) = (folder, held, record);

    /// <summary>Full path without links.</summary>
    public string Folder { get; }

    internal InstallationRecord Record { get; }

    public static bool ExistsIn(string folder) => File.Exists(Path.Combine(folder, RecordFile));

    /// <summary>Takes the folder, making it when it is new.</summary>
    /// <exception cref="CommandFailedException">Somebody runs it already, or it cannot be written.</exception>
    public static async Task<Installation> Take(string folder, CancellationToken cancel)
    {
        try
        {
            Directory.CreateDirectory(folder);
            var (code, path) = await Unix.Run(cancel, "readlink", "-f", Path.GetFullPath(folder));
            folder = code == 0 ? path.TrimEnd('\n') : Path.GetFullPath(folder);

            var held = await TakeLock(folder, cancel);
            var record = Read(folder, RecordFile, EmbeddedJson.Default.InstallationRecord) ?? new();
            return new(folder, held, record);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new CommandFailedException(ExitCode.Forbidden,
                $"{folder} cannot be written by {Environment.UserName}. Choose another folder with --data, or start "
                + "as its owner.", error);
        }
        catch (JsonException error)
        {
            throw new CommandFailedException(ExitCode.Failure,
                $"{Path.Combine(folder, RecordFile)} is damaged: {error.Message} It holds the ports and passwords of "
                + "the stores; restore it from a backup.", error);
        }
    }

    /// <summary>What runs in this folder now; null when nothing does.</summary>
    public static RunningInstallation? FindRunning(string folder)
    {
        try
        {
            return IsLocked(Path.Combine(folder, LockFile))
                ? Read(folder, RunningFile, EmbeddedJson.Default.RunningInstallation)
                : null;
        }
        catch (UnauthorizedAccessException error)
        {
            throw new CommandFailedException(
                ExitCode.Forbidden, $"{folder} belongs to somebody else; ask as the user who started it.", error);
        }
    }

    public void Announce(RunningInstallation running) =>
        Write(RunningFile, running, EmbeddedJson.Default.RunningInstallation);

    public void Dispose()
    {
        File.Delete(Path.Combine(Folder, RunningFile));
        _lock.Dispose();
    }

    internal static string StoresOf(string folder) =>
        Read(folder, RecordFile, EmbeddedJson.Default.InstallationRecord)?.Stores ?? folder;

    internal void SaveRecord()
    {
        lock (_lock)
            Write(RecordFile, Record, EmbeddedJson.Default.InstallationRecord);
    }

    /// <summary>
    /// Where the stores' folders are: beside us, unless an unprivileged user cannot get there (a clone in /root).
    /// Decided once: a later change of modes must not lead to a second, empty shop.
    /// </summary>
    internal async Task<string> StoresFolder(StoreUser user, Action<string> say, CancellationToken cancel)
    {
        if (File.Exists(Path.Combine(Folder, RecordFile)))
            return Record.Stores ?? Folder;

        if (!await user.CanEnter(Folder, cancel))
        {
            var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Folder)))[..16];
            Record.Stores = Path.Combine("/var/lib/doorbuster", name);
            foreach (var folder in (string[])[Path.GetDirectoryName(Record.Stores)!, Record.Stores])
                File.SetUnixFileMode(Directory.CreateDirectory(folder).FullName, ForEverybodyToEnter);
            say($"{Folder} cannot be entered by user {user.Name}, so the stores keep their files in {Record.Stores}.");
        }
        return Record.Stores ?? Folder;
    }

    // A shared lock is refused exactly while somebody holds the exclusive one.
    private static bool IsLocked(string file)
    {
        if (!File.Exists(file))
            return false;
        try
        {
            using var free = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    // A command that asks whether we run holds the lock for an instant; so one refusal proves nothing.
    private static async Task<FileStream> TakeLock(string folder, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return new FileStream(
                    Path.Combine(folder, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (attempt < LockAttempts)
            {
                await Task.Delay(30, cancel);
            }
            catch (IOException error)
            {
                var running = Read(folder, RunningFile, EmbeddedJson.Default.RunningInstallation);
                throw new CommandFailedException(ExitCode.Conflict, running is null
                    ? $"Another Doorbuster is starting or stopping in {folder}. Wait for it, or choose another "
                        + "folder with --data."
                    : $"Doorbuster is running already in {folder}: {running.BaseUrl}, process {running.ProcessId}. "
                    + $"Stop it with: kill {running.ProcessId}. For a second shop choose another folder and port: "
                    + "--data DIR --port N", error);
            }
        }
    }

    private static T? Read<T>(string folder, string file, JsonTypeInfo<T> type) where T : class
    {
        try
        {
            using var stream = File.OpenRead(Path.Combine(folder, file));
            return JsonSerializer.Deserialize(stream, type);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    // Renamed into place, so that a reader finds the old one or the new one, never a half.
    private void Write<T>(string file, T value, JsonTypeInfo<T> type)
    {
        var path = Path.Combine(Folder, file);
        File.Delete(path + ".new");
        using (var stream = new FileStream(path + ".new", new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        {
            JsonSerializer.Serialize(stream, value, type);
            stream.Flush(flushToDisk: true);
        }
        File.Move(path + ".new", path, overwrite: true);
    }
}
