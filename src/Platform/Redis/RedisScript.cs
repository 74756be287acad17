using System.Security.Cryptography;
using System.Text;

namespace Doorbuster.Platform.Redis;

/// <summary>
/// A Lua script, called by its hash; sent again when the server forgot it (flush, restart, failover).
/// </summary>
public sealed class RedisScript(string text)
{
    internal string Text => text;

#pragma warning disable CA5350 // SHA-1 is Redis's name for a script, not a safeguard.
    internal byte[] Hash { get; } = SHA1.HashData(Encoding.UTF8.GetBytes(text));
#pragma warning restore CA5350
}
