using System.Buffers.Binary;

namespace Doorbuster.IntegrationTests.Catalog;

/// <summary>PNGs of one pixel, each of other bytes.</summary>
public static class NewPictures
{
    private static readonly byte[] Png = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=");

    private static int _made;

    public static byte[] Next()
    {
        // A chunk of text, which nobody checks the sum of.
        var chunk = new byte[12 + 4];
        BinaryPrimitives.WriteInt32BigEndian(chunk, 4);
        "tEXt"u8.CopyTo(chunk.AsSpan(4));
        BinaryPrimitives.WriteInt32BigEndian(chunk.AsSpan(8), Interlocked.Increment(ref _made));
        return [.. Png[..^12], .. chunk, .. Png[^12..]];
    }
}
