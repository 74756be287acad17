using Doorbuster.Platform.Commands;

namespace Doorbuster.Platform.Embedded;

/// <summary>Whom a store's process runs as: ourselves, or an unprivileged user when we are root (PostgreSQL refuses
/// root).</summary>
internal sealed class StoreUser
{
    private readonly string? _user;
    private readonly string? _group;

    private StoreUser(string name, string? user, string? group) => (Name, _user, _group) = (name, user, group);

    public string Name { get; }

    /// <summary>The preferred user when there is one, else <c>nobody</c>; ourselves when we are not root.</summary>
    public static StoreUser Find(string preferred)
    {
        if (!Environment.IsPrivilegedProcess || OperatingSystem.IsWindows())
            return new(Environment.UserName, null, null);

        var users = File.ReadLines("/etc/passwd").Select(line => line.Split(':')).Where(user => user.Length > 3)
            .ToList();
        var found = users.Find(user => user[0] == preferred) ?? users.Find(user => user[0] == "nobody")
            ?? throw new CommandFailedException(ExitCode.Failure,
                $"PostgreSQL does not run as root, and there is neither a user '{preferred}' nor a user 'nobody' to "
                + "run it as. "
                + "Add one (useradd --system doorbuster), or start Doorbuster as an ordinary user.");
        return new(found[0], found[2], found[3]);
    }

    /// <summary>The command, run as this user.</summary>
    public string[] Run(params string[] command) => _user is null ? command : [.. Switch(), "--", .. command];

    /// <summary>
    /// The command as a child that dies with us, also when we are killed, and that a Ctrl-C in our terminal does not
    /// reach. Every step replaces the one before, so that the child's process id is the store's.
    /// </summary>
    public string[] RunAsChild(int deathSignal, params string[] command) => OperatingSystem.IsLinux()
        ? ["setsid", .. Switch(), "--pdeathsig", SignalName(deathSignal), "--", .. command]
        : Run(command);

    public async Task<bool> CanEnter(string folder, CancellationToken cancel) =>
        _user is null || (await Unix.Run(cancel, Run("test", "-x", folder))).ExitCode == 0;

    /// <summary>Makes the folder, and everything in it, this user's alone.</summary>
    public async Task Own(string folder, CancellationToken cancel)
    {
        Directory.CreateDirectory(folder);
        if (_user is not null
            && await Unix.Run(cancel, "chown", "-R", $"{_user}:{_group}", folder) is { ExitCode: not 0 } failed)
            throw new CommandFailedException(
                ExitCode.Forbidden, $"Cannot give {folder} to user {Name}: {failed.Output.Trim()}");
        try
        {
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new CommandFailedException(ExitCode.Forbidden,
                $"{folder} belongs to somebody else. Start Doorbuster as the user who made it, or choose another "
                + "folder with --data.", error);
        }
    }

    private string[] Switch() => _user is null
        ? ["setpriv"]
        : ["setpriv", "--reuid", _user, "--regid", _group!, "--clear-groups"];

    private static string SignalName(int signal) => signal == Unix.Interrupt ? "INT" : "TERM";
}
