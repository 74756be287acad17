using System.Text;
using Doorbuster.LoadTest.Http;

namespace Doorbuster.LoadTest.Open;

/// <summary>Counts answers by status and code, and requests that had none by the reason.</summary>
internal sealed class Answers
{
    private static readonly string[] FailureNames = ["no connection", "connection closed", "timeout", "not HTTP", "we hung up"];

    // A handful of kinds: looking through them is cheaper than hashing.
    private readonly List<(int Status, byte[] Code, long[] Count)> _kinds = [];
    private readonly long[] _failures = new long[FailureNames.Length];

    public void Add(int status, ReadOnlySpan<byte> code)
    {
        foreach (var (knownStatus, knownCode, count) in _kinds)
        {
            if (knownStatus != status || !code.SequenceEqual(knownCode))
                continue;
            count[0]++;
            return;
        }
        _kinds.Add((status, code.ToArray(), [1]));
    }

    public void Add(Failure why) => _failures[(int)why]++;

    public Dictionary<string, long> ByKind()
    {
        var result = _kinds
            .OrderBy(a => a.Status)
            .ToDictionary(a => a.Code.Length == 0 ? $"{a.Status}" : $"{a.Status} {Encoding.UTF8.GetString(a.Code)}", a => a.Count[0]);
        for (var i = 0; i < _failures.Length; i++)
            if (_failures[i] > 0)
                result[FailureNames[i]] = _failures[i];
        return result;
    }
}
