using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Doorbuster.Platform.Commands;

namespace Doorbuster;

/// <summary>Where a process listens. Nothing is chosen silently: a taken port is an error that says who has
/// it.</summary>
internal sealed record Listen(IPAddress Address, int Port)
{
    private static readonly string[] ListenerTables = ["/proc/net/tcp", "/proc/net/tcp6"];

    public string Url =>
        $"http://{(Address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{Address}]" : Address)}:{Port}";

    /// <summary>How this machine reaches it.</summary>
    public string BaseUrl => Address.Equals(IPAddress.Any) || Address.Equals(IPAddress.IPv6Any)
        ? $"http://127.0.0.1:{Port}" : Url;

    public void Check()
    {
        try
        {
            using var listener = new TcpListener(Address, Port);
            listener.Start();
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw Taken();
        }
        catch (SocketException error)
        {
            throw new CommandFailedException(
                ExitCode.Usage, $"Cannot listen on {Url}: {error.Message}. Choose with --listen ADDRESS and --port N.",
                error);
        }
    }

    public CommandFailedException Taken()
    {
        var holder = FindHolder(Port) is var (process, name) ? $" by process {process} ({name})" : "";
        return new(
            ExitCode.Conflict,
            $"Port {Port} on {Address} is taken{holder}. End that, or choose another port: --port "
            + $"{(Port < 65_000 ? Port + 1 : Port - 1)}");
    }

    /// <summary>The process that listens on a port; null when nobody does, or it is not ours to see.</summary>
    public static (int Process, string Name)? FindHolder(int port)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        var sockets = ListenerTables.Where(File.Exists).SelectMany(File.ReadLines)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(columns => columns.Length > 9 && columns[3] == "0A"    // listening
                && columns[1].EndsWith(
                    ":" + port.ToString("X4", CultureInfo.InvariantCulture), StringComparison.Ordinal))
            .Select(columns => $"socket:[{columns[9]}]").ToHashSet();
        if (sockets.Count == 0)
            return null;

        foreach (var folder in Directory.EnumerateDirectories("/proc")
            .Where(folder => int.TryParse(Path.GetFileName(folder), out _)))
        {
            try
            {
                if (Directory.EnumerateFiles(Path.Combine(folder, "fd"))
                    .Any(file => sockets.Contains(new FileInfo(file).LinkTarget ?? "")))
                    return (int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture),
                        File.ReadAllText(Path.Combine(folder, "comm")).Trim());
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // Gone meanwhile, or somebody else's.
            }
        }
        return null;
    }
}
