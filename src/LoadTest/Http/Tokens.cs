namespace Doorbuster.LoadTest.Http;

/// <summary>Bearer tokens, one a line, kept as the file's own bytes: a million strings would be a third of a gigabyte.</summary>
internal sealed class Tokens
{
    private readonly byte[] _bytes;
    private readonly List<(int At, int Length)> _lines = [];

    public Tokens(byte[] bytes)
    {
        _bytes = bytes;
        for (var at = 0; at < bytes.Length;)
        {
            var rest = bytes.AsSpan(at);
            var end = rest.IndexOf((byte)'\n');
            var line = end < 0 ? rest : rest[..end];
            var length = line.TrimEnd((byte)'\r').Length;
            if (length > 0)
                _lines.Add((at, length));
            at += line.Length + 1;
        }
    }

    public int Count => _lines.Count;

    public ReadOnlySpan<byte> this[int person] => _bytes.AsSpan(_lines[person].At, _lines[person].Length);
}
