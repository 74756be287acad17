using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Doorbuster.Platform.Web;

/// <summary>What one intent is called: a key means something only to its person and its endpoint.</summary>
internal readonly record struct RequestName(long Person, string Endpoint, string Key)
{
    /// <summary>Two names that meet here only make one of them wait.</summary>
    public long LockKey => BinaryPrimitives.ReadInt64LittleEndian(
        SHA256.HashData(Encoding.UTF8.GetBytes($"idempotency\n{Person}\n{Endpoint}\n{Key}")));
}
