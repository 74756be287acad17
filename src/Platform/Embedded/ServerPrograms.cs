using System.Globalization;
using System.Text.RegularExpressions;
using Doorbuster.Platform.Commands;

namespace Doorbuster.Platform.Embedded;

/// <summary>Finds the servers' programs: on PATH or where the distributions put them.</summary>
public static partial class ServerPrograms
{
    public const int PostgresMajorMin = 15;
    public const int RedisMajorMin = 7;

    /// <summary>The folders with a PostgreSQL server of a version that will do, newest first.</summary>
    public static async Task<List<(string Folder, int Major, string Version)>> FindPostgres(CancellationToken cancel)
    {
        var found = new List<(string Folder, int Major, string Version)>();
        foreach (var folder in PostgresFolders().Where(folder => File.Exists(Path.Combine(folder, "initdb")))
            .Distinct())
        {
            if (await VersionOf(Path.Combine(folder, "postgres"), cancel) is { } version)
                found.Add((folder, MajorOf(version), version));
        }
        return [.. found.Where(one => one.Major >= PostgresMajorMin).OrderByDescending(one => one.Major)];
    }

    public static async Task<(string Path, int Major, string Version)?> FindRedis(CancellationToken cancel)
    {
        foreach (var name in (string[])["redis-server", "valkey-server"])
        {
            foreach (var path in SearchPath().Select(folder => Path.Combine(folder, name)).Where(File.Exists))
            {
                if (await VersionOf(path, cancel) is { } version && MajorOf(version) >= RedisMajorMin)
                    return (path, MajorOf(version), version);
            }
        }
        return null;
    }

    public static CommandFailedException Missing(string what) => new(ExitCode.DependencyAway,
        $"{what} is not installed. Doorbuster starts its own private copy and needs the program: "
        + "on Debian and Ubuntu ./run installs it (or: apt-get install postgresql redis-server); "
        + "on Fedora: dnf install postgresql-server redis; on Alpine: apk add postgresql redis; with Homebrew: brew "
        + "install postgresql@16 redis.");

    private static IEnumerable<string> PostgresFolders()
    {
        foreach (var folder in SearchPath())
            yield return Real(folder);
        string[] parents = ["/usr/lib/postgresql", "/usr/local/opt", "/opt/homebrew/opt", "/usr/libexec", "/usr"];
        foreach (var parent in parents.Where(Directory.Exists))
        {
            foreach (var version in Directory.EnumerateDirectories(parent)
                .Where(one => one.StartsWith("/usr/lib/postgresql/", StringComparison.Ordinal)
                || Path.GetFileName(one).StartsWith("postgresql", StringComparison.Ordinal)
                || Path.GetFileName(one).StartsWith("pgsql", StringComparison.Ordinal)))
                yield return Path.Combine(version, "bin");
        }
    }

    // A link on PATH into the distribution's folder is that folder.
    private static string Real(string folder) =>
        File.Exists(Path.Combine(folder, "initdb"))
            && File.ResolveLinkTarget(Path.Combine(folder, "initdb"), returnFinalTarget: true) is { } real
            ? Path.GetDirectoryName(real.FullName)!
            : folder;

    // Servers are in the sbin folders of some distributions, which an ordinary user's PATH leaves out.
    private static IEnumerable<string> SearchPath() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Concat(["/usr/bin", "/usr/local/bin", "/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin"]);

    private static async Task<string?> VersionOf(string program, CancellationToken cancel)
    {
        if (!File.Exists(program))
            return null;
        var (code, output) = await Unix.Run(cancel, program, "--version");
        var version = Digits().Match(output);
        return code == 0 && version.Success ? version.Value : null;
    }

    private static int MajorOf(string version) => int.Parse(version.Split('.')[0], CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\d+(\.\d+)+|(?<=PostgreSQL\) )\d+")]
    private static partial Regex Digits();
}
