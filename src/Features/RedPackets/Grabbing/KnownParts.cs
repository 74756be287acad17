using System.Collections.Concurrent;

namespace Doorbuster.RedPackets;

/// <summary>The parts of packets, which never change, read once per process.</summary>
internal sealed class KnownParts(PacketStore store)
{
    private const long PartsMax = 10_000_000;    // 80 MB

    private readonly ConcurrentDictionary<long, PacketParts> _packets = new();
    private long _parts;

    public ValueTask<PacketParts?> Find(long packet, CancellationToken cancel) =>
        _packets.TryGetValue(packet, out var parts) ? new(parts) : new(Load(packet, cancel));

    private async Task<PacketParts?> Load(long packet, CancellationToken cancel)
    {
        if (await store.FindParts(packet, cancel) is not { } parts)
            return null;
        if (Interlocked.Add(ref _parts, parts.Split.Length) > PartsMax)
        {
            _packets.Clear();
            Volatile.Write(ref _parts, parts.Split.Length);
        }
        return _packets.GetOrAdd(packet, parts);
    }
}
