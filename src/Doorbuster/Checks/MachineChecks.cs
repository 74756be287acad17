using Doorbuster.Platform.Embedded;

namespace Doorbuster.Checks;

/// <summary>What can be said without any store: programs, ports, disk, memory.</summary>
internal static class MachineChecks
{
    private const long DiskFailBytes = 512L << 20;
    private const long DiskWarnBytes = 5L << 30;
    private const long MemoryWarnBytes = 1L << 30;
    private const long OpenFilesWarn = 16_384;

    public static async IAsyncEnumerable<Finding> Run(string folder, int port, RunningInstallation? running)
    {
        yield return Environment.Version.Major >= 10
            ? Finding.Ok(".NET", $"{Environment.Version}")
            : Finding.Fail(".NET", $"{Environment.Version}", "Install .NET 10 or later.");
        yield return await Postgres(folder);
        yield return await ServerPrograms.FindRedis(CancellationToken.None) is { } redis
            ? Finding.Ok("Redis program", $"{redis.Version} at {redis.Path}")
            : Finding.Fail(
                "Redis program", "not found",
                ServerPrograms.Missing($"Redis {ServerPrograms.RedisMajorMin} or later").Message);
        yield return Port(port, running);
        yield return Disk(folder);
        yield return Memory();
        if (Files() is { } files)
            yield return files;
    }

    private static async Task<Finding> Postgres(string folder)
    {
        var found = await ServerPrograms.FindPostgres(CancellationToken.None);
        if (found.Count == 0)
            return Finding.Fail(
                "PostgreSQL program", "not found",
                ServerPrograms.Missing($"PostgreSQL {ServerPrograms.PostgresMajorMin} or later").Message);
        if (EmbeddedPostgres.WrittenBy(folder) is { } major && found.All(one => one.Major != major))
            return Finding.Fail(
                "PostgreSQL program", $"the data was written by version {major}, which is not installed",
                $"Install PostgreSQL {major}, or upgrade the folder with pg_upgrade.");
        return Finding.Ok(
            "PostgreSQL program", string.Join(", ", found.Select(one => $"{one.Version} at {one.Folder}")));
    }

    private static Finding Port(int port, RunningInstallation? running)
    {
        if (running is not null)
            return Finding.Ok("Shop", $"running at {running.BaseUrl}, process {running.ProcessId}");
        return Listen.FindHolder(port) is var (process, name)
            ? Finding.Warn(
                $"Port {port}", $"taken by process {process} ({name})",
                $"End it, or start the shop with --port {port + 1}.")
            : Finding.Ok($"Port {port}", "free");
    }

    private static Finding Disk(string folder)
    {
        var existing = folder;
        while (!Directory.Exists(existing))
            existing = Path.GetDirectoryName(existing)!;
        var free = new DriveInfo(existing).AvailableFreeSpace;
        var found = $"{free / (1L << 30):n0} GiB free at {existing}";
        return free switch
        {
            < DiskFailBytes =>
                Finding.Fail("Disk", found, "Free some space: Redis and PostgreSQL stop when the disk is full."),
            < DiskWarnBytes =>
                Finding.Warn("Disk", found, "PostgreSQL's write-ahead log alone takes up to 4 GiB; free some space."),
            _ => Finding.Ok("Disk", found),
        };
    }

    // Each connection is a file; the program raises its own limit up to the hard one.
    private static Finding? Files()
    {
        const string row = "Max open files";
        if (!File.Exists("/proc/self/limits"))
            return null;
        var limits = File.ReadLines("/proc/self/limits").First(line => line.StartsWith(row, StringComparison.Ordinal));
        var hard = limits[row.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        return long.TryParse(hard, out var count) && count < OpenFilesWarn
            ? Finding.Warn(
                "Open files", hard,
                $"Raise the hard limit to {OpenFilesWarn} or more (ulimit -Hn, LimitNOFILE=): each connection of a "
                + "shopper is one.")
            : Finding.Ok("Open files", hard);
    }

    private static Finding Memory()
    {
        var bytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        var found = $"{bytes / (double)(1L << 30):n1} GiB";
        return bytes < MemoryWarnBytes
            ? Finding.Warn("Memory", found, "Give it at least 1 GiB: PostgreSQL, two Redis and the program share it.")
            : Finding.Ok("Memory", found);
    }
}
