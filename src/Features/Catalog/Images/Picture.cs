using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Doorbuster.Catalog.Images;

/// <summary>A picture as its bytes say, whatever it is called: a format that browsers only draw, whole from its first byte to its
/// last, so that nothing else hides in it or behind it. SVG can carry scripts and is none.</summary>
internal sealed record Picture(string Type, int Width, int Height)
{
    public const int BytesMax = 5 * 1024 * 1024;
    public const int SideMax = 6_000;    // pixels

    public string ContentType => $"image/{Type}";

    /// <summary>Null when the bytes are no picture we take.</summary>
    public static Picture? Read(ReadOnlySpan<byte> bytes) =>
        ReadPng(bytes) ?? ReadJpeg(bytes) ?? ReadGif(bytes) ?? ReadWebp(bytes);

    public static string HashOf(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 16));

    private static Picture? ReadPng(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.StartsWith(Png))
            return null;
        Picture? found = null;
        for (var at = Png.Length; bytes.Length - at >= 12;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);
            var type = bytes.Slice(at + 4, 4);
            if (length > bytes.Length - at - 12)
                return null;
            if (at == Png.Length)
            {
                if (!type.SequenceEqual("IHDR"u8) || length != 13)
                    return null;
                found = Of("png", BinaryPrimitives.ReadUInt32BigEndian(bytes[(at + 8)..]),
                    BinaryPrimitives.ReadUInt32BigEndian(bytes[(at + 12)..]));
            }
            at += (int)length + 12;
            if (type.SequenceEqual("IEND"u8))
                return at == bytes.Length ? found : null;
        }
        return null;
    }

    private static ReadOnlySpan<byte> Png => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    private static Picture? ReadJpeg(ReadOnlySpan<byte> bytes)
    {
        if (bytes is not [0xFF, 0xD8, 0xFF, .., 0xFF, 0xD9])
            return null;
        for (var at = 2; bytes.Length - at >= 10;)
        {
            if (bytes[at] != 0xFF)
                return null;
            var marker = bytes[at + 1];
            if (marker == 0xFF)
            {
                at++;    // filled up with 0xFF
                continue;
            }
            var length = BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 2)..]);
            if (length < 2 || marker is 0xDA or 0xD9 or 0x00)
                return null;    // the scan comes after the frame says its size
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
                return Of("jpeg", BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 7)..]),
                    BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 5)..]));
            at += 2 + length;
        }
        return null;
    }

    private static Picture? ReadGif(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= 14 && (bytes.StartsWith("GIF87a"u8) || bytes.StartsWith("GIF89a"u8)) && bytes[^1] == 0x3B
            ? Of("gif", BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]), BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]))
            : null;

    private static Picture? ReadWebp(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 30 || !bytes.StartsWith("RIFF"u8) || !bytes.Slice(8, 4).SequenceEqual("WEBP"u8)
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) != bytes.Length - 8)
            return null;
        var type = bytes.Slice(12, 4);
        var data = bytes[20..];
        if (type.SequenceEqual("VP8X"u8))
            return Of("webp", 1u + ReadUInt24(data[4..]), 1u + ReadUInt24(data[7..]));
        if (type.SequenceEqual("VP8L"u8) && data[0] == 0x2F)
        {
            var size = BinaryPrimitives.ReadUInt32LittleEndian(data[1..]);
            return Of("webp", (size & 0x3FFF) + 1, ((size >> 14) & 0x3FFF) + 1);
        }
        return type.SequenceEqual("VP8 "u8) && data[3..].StartsWith(Vp8)
            ? Of("webp", BinaryPrimitives.ReadUInt16LittleEndian(data[6..]) & 0x3FFFu,
                BinaryPrimitives.ReadUInt16LittleEndian(data[8..]) & 0x3FFFu)
            : null;
    }

    private static ReadOnlySpan<byte> Vp8 => [0x9D, 0x01, 0x2A];

    private static uint ReadUInt24(ReadOnlySpan<byte> bytes) => (uint)(bytes[0] | bytes[1] << 8 | bytes[2] << 16);

    private static Picture? Of(string type, uint width, uint height) =>
        width is >= 1 and <= SideMax && height is >= 1 and <= SideMax ? new(type, (int)width, (int)height) : null;
}
