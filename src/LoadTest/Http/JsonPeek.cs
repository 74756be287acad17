using System.Text;
using Doorbuster.Platform;

namespace Doorbuster.LoadTest.Http;

/// <summary>
/// Takes one value out of a JSON body without reading the rest: an answer is looked at forty thousand times a second by the
/// machine it is measured on. Only for values whose names occur once.
/// </summary>
internal static class JsonPeek
{
    private const int IdDigits = 13;

    /// <summary>The first id with this prefix, such as <c>clm</c>; 0 when there is none.</summary>
    public static long Id(ReadOnlySpan<byte> body, ReadOnlySpan<byte> prefix)
    {
        Span<byte> quoted = stackalloc byte[prefix.Length + 2];
        quoted[0] = (byte)'"';
        prefix.CopyTo(quoted[1..]);
        quoted[^1] = (byte)'_';
        var at = body.IndexOf(quoted);
        var length = prefix.Length + 1 + IdDigits;
        if (at < 0 || body.Length < at + 1 + length)
            return 0;
        var text = Encoding.ASCII.GetString(body.Slice(at + 1, length));
        return PublicId.TryParse(Encoding.ASCII.GetString(prefix), text, out var id) ? id : 0;
    }

    /// <summary>A text value without escapes; empty when it is missing.</summary>
    public static ReadOnlySpan<byte> Text(ReadOnlySpan<byte> body, ReadOnlySpan<byte> name)
    {
        var value = Value(body, name);
        if (value.IsEmpty || value[0] != (byte)'"')
            return [];
        var end = value[1..].IndexOf((byte)'"');
        return end < 0 ? [] : value.Slice(1, end);
    }

    public static long? Number(ReadOnlySpan<byte> body, ReadOnlySpan<byte> name) =>
        System.Buffers.Text.Utf8Parser.TryParse(Value(body, name), out long number, out var used) && used > 0 ? number : null;

    private static ReadOnlySpan<byte> Value(ReadOnlySpan<byte> body, ReadOnlySpan<byte> name)
    {
        for (var rest = body; ;)
        {
            var at = rest.IndexOf(name);
            if (at < 0)
                return [];
            var after = rest[(at + name.Length)..];
            if (at > 0 && rest[at - 1] == (byte)'"' && after.StartsWith("\""u8))
            {
                after = after[1..].TrimStart(" \t\r\n"u8);
                if (after.StartsWith(":"u8))
                    return after[1..].TrimStart(" \t\r\n"u8);
            }
            rest = rest[(at + name.Length)..];
        }
    }
}
