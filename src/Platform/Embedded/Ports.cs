using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Doorbuster.Platform.Embedded;

internal static class Ports
{
    // Below the range the kernel gives to outgoing connections (from 32768): nobody takes one of these by chance.
    private const int First = 17_000;
    private const int Last = 31_999;
    private const int Attempts = 1_000;

    private static readonly ConcurrentDictionary<int, bool> Given = [];

    /// <summary>A port nobody uses; never the same twice in one process.</summary>
    public static int Free(int first = First, int last = Last)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var port = Random.Shared.Next(first, last + 1);
            if (IsFree(port) && Given.TryAdd(port, true))
                return port;
        }
        throw new InvalidOperationException($"No free port found between {first} and {last}.");
    }

    /// <summary>Somebody here will want this one.</summary>
    public static void Reserve(int port) => Given.TryAdd(port, true);

    public static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
