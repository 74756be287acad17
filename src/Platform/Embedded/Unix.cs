using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Doorbuster.Platform.Embedded;

/// <summary>The few calls on processes that .NET does not offer.</summary>
internal static class Unix
{
    public const int Interrupt = 2;
    public const int Quit = 3;
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Halt = 19;

    public static void Signal(int process, int signal) => _ = kill(process, signal);

    public static bool IsAlive(int process)
    {
        if (process <= 0)
            return false;
        try
        {
            using var found = Process.GetProcessById(process);
            return !found.HasExited && !IsZombie(process);
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>The folder a process works in; null when it is gone or not ours to ask.</summary>
    public static string? WorkingFolder(int process)
    {
        try
        {
            return File.ResolveLinkTarget($"/proc/{process}/cwd", returnFinalTarget: false)?.FullName;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Runs a short command to its end.</summary>
    public static async Task<(int ExitCode, string Output)> Run(CancellationToken cancel, params string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        using var process = await ChildThread.Start(start);
        process.StandardInput.Close();
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(cancel),
            process.StandardError.ReadToEndAsync(cancel));
        try
        {
            await process.WaitForExitAsync(cancel);
            return (process.ExitCode, await output + await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    // An ended child that nobody has waited for yet still has a number.
    private static bool IsZombie(int process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return stat[(stat.LastIndexOf(')') + 1)..].TrimStart().StartsWith('Z');
        }
        catch (IOException)
        {
            return false;
        }
    }

    [DllImport("libc", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
#pragma warning disable IDE1006, SYSLIB1054 // The C library's name; two numbers need no generated marshalling.
    private static extern int kill(int process, int signal);
#pragma warning restore IDE1006, SYSLIB1054
}
