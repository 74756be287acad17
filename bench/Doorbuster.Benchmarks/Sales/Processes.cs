using System.Diagnostics;
using System.Globalization;

namespace Doorbuster.Benchmarks.Sales;

/// <summary>Processor time and memory of processes, from <c>/proc</c>.</summary>
internal static class Processes
{
    private const double TicksPerSecond = 100;    // sysconf(_SC_CLK_TCK) is 100 on every Linux that .NET runs on.

    /// <summary>Seconds of processor time of one process alone.</summary>
    public static double OwnCpuSeconds(int process) => ReadStat(process) is { } fields ? Seconds(fields[11..13]) : 0;

    /// <summary>Seconds of processor time of a process, its living children and those it has buried.</summary>
    public static double FamilyCpuSeconds(int root)
    {
        var sum = 0.0;
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
            if (int.TryParse(Path.GetFileName(folder), out var process) && ReadStat(process) is { } fields
                && (process == root || int.Parse(fields[1], CultureInfo.InvariantCulture) == root))
                sum += Seconds(fields[11..15]);
        return sum;
    }

    public static double ResidentMb(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return line is null ? 0 : double.Parse(line.Split(':', 'k')[1], CultureInfo.InvariantCulture) / 1024;
    }

    public static async Task<string> Read(string program, IEnumerable<string> arguments, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(cancel);
        var output = await process.StandardOutput.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        return process.ExitCode == 0 ? output : throw new InvalidOperationException(
            $"{Path.GetFileName(program)} {string.Join(' ', arguments)} ended with {process.ExitCode}: {await error}{output}");
    }

    private static double Seconds(IEnumerable<string> ticks) =>
        ticks.Sum(t => double.Parse(t, CultureInfo.InvariantCulture)) / TicksPerSecond;

    // What stands behind the name in brackets: state, parent, …, utime (12th), stime, cutime, cstime.
    private static string[]? ReadStat(int process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException or IOException)
        {
            return null;    // It has just ended.
        }
    }
}
