using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Doorbuster.LoadTest.Http;

/// <summary>
/// Waits for many sockets at once, on the calling thread. The runtime's own socket engine hands each answer to another
/// thread or callback; one thread that waits, reads and writes by itself costs half the processor time per request and
/// needs no lock anywhere above it.
/// </summary>
internal sealed partial class Epoll : IDisposable
{
    private const int EventsMax = 512;
    private const int AddSocket = 1;
    private const int Interrupted = 4;
    private const uint Readable = 0x001;
    private const uint Writable = 0x004;
    private const uint Edge = 1u << 31;

    // The kernel packs the event on x86-64 only.
    private static readonly int DataAt = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int EventSize = DataAt + sizeof(long);

    private readonly int _epoll = Create(0);
    private readonly byte[] _events = new byte[EventsMax * EventSize];

    public Epoll()
    {
        if (_epoll < 0)
            throw new IOException($"epoll_create1 failed with error {Marshal.GetLastPInvokeError()}.");
    }

    /// <summary>
    /// Reports <paramref name="tag"/> whenever the socket's readiness changes, until the socket is closed. Edge-triggered,
    /// so that no request needs a second system call to change what is waited for.
    /// </summary>
    public void Add(Socket socket, long tag)
    {
        Span<byte> wanted = stackalloc byte[EventSize];
        BinaryPrimitives.WriteUInt32LittleEndian(wanted, Readable | Writable | Edge);
        BinaryPrimitives.WriteInt64LittleEndian(wanted[DataAt..], tag);
        if (Control(_epoll, AddSocket, (int)socket.Handle, ref wanted[0]) < 0)
            throw new IOException($"epoll_ctl failed with error {Marshal.GetLastPInvokeError()}.");
    }

    /// <summary>The number of sockets that are ready; their tags are read by <see cref="TagOf"/>.</summary>
    public int Wait(long nanoseconds)
    {
        var time = new TimeSpec { Seconds = nanoseconds / 1_000_000_000, Nanoseconds = nanoseconds % 1_000_000_000 };
        var count = WaitPrecisely(_epoll, ref _events[0], EventsMax, ref time, 0);
        if (count >= 0)
            return count;
        var error = Marshal.GetLastPInvokeError();
        return error == Interrupted ? 0 : throw new IOException($"epoll_pwait2 failed with error {error}.");
    }

    public long TagOf(int ready) => BinaryPrimitives.ReadInt64LittleEndian(_events.AsSpan(ready * EventSize + DataAt));

    public void Dispose() => _ = Close(_epoll);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int Create(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int Control(int epoll, int operation, int socket, ref byte wanted);

    // glibc 2.35 and Linux 5.11; epoll_wait's whole milliseconds would make every arrival up to one late.
    [LibraryImport("libc", EntryPoint = "epoll_pwait2", SetLastError = true)]
    private static partial int WaitPrecisely(int epoll, ref byte events, int max, ref TimeSpec time, nint signals);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);
}
