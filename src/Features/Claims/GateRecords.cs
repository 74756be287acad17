using System.Buffers.Binary;

namespace Doorbuster.Claims;

/// <summary>The bytes of the gate's records; their shape is described at <see cref="GateScripts"/>.</summary>
internal static class GateRecords
{
    public const int PersonSize = 8;
    public const int RecordSize = 26;
    public const int FiledSize = PersonSize + RecordSize;
    public const int ReturnSize = PersonSize + 8 + 1;

    public static void WriteFiled(Span<byte> to, long person, Guid key, long id, int quantity)
    {
        BinaryPrimitives.WriteInt64BigEndian(to, person);
        WriteRecord(to[PersonSize..], key, id, quantity);
    }

    public static void WriteRecord(Span<byte> to, Guid key, long id, int quantity)
    {
        key.TryWriteBytes(to);
        BinaryPrimitives.WriteInt64BigEndian(to[16..], id);
        BinaryPrimitives.WriteUInt16BigEndian(to[24..], checked((ushort)quantity));
    }

    public static void WriteReturn(Span<byte> to, GateReturn back)
    {
        BinaryPrimitives.WriteInt64BigEndian(to, back.Person);
        BinaryPrimitives.WriteInt64BigEndian(to[PersonSize..], back.Id);
        to[ReturnSize - 1] = back.Forget ? (byte)'f' : (byte)'r';
    }

    public static List<GateRecord> ReadFiled(ReadOnlySpan<byte> from)
    {
        var records = new List<GateRecord>(from.Length / FiledSize);
        for (; from.Length >= FiledSize; from = from[FiledSize..])
            records.Add(new(
                BinaryPrimitives.ReadInt64BigEndian(from),
                new Guid(from.Slice(PersonSize, 16)),
                BinaryPrimitives.ReadInt64BigEndian(from[(PersonSize + 16)..]),
                BinaryPrimitives.ReadUInt16BigEndian(from[(PersonSize + 24)..])));
        return records;
    }
}
