using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using Doorbuster.Contracts.Accounts;

namespace Doorbuster.Accounts;

/// <summary>
/// <c>dbs_</c> + base64url of: version (1 byte) · key id (2) · session (8) · person (8) · expiry in Unix seconds (4) · the first
/// 16 bytes of HMAC-SHA256 over all before. 39 bytes make 52 digits without a spare bit, so a token has exactly one spelling.
/// </summary>
internal static class SessionToken
{
    public const string Prefix = "dbs_";
    public const int Length = 4 + 52;

    private const byte Version = 1;
    private const int SignedBytes = 1 + 2 + 8 + 8 + 4;
    private const int MacBytes = 16;
    private const int Bytes = SignedBytes + MacBytes;

    // An HMAC object keeps the padded key's state ready, which halves the cost of a token; it serves one thread at a time.
    [ThreadStatic]
    private static Mac? t_mac;

    public static string Write(TokenKey key, long session, long person, DateTimeOffset expiresAt)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        bytes[0] = Version;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[1..], key.Id);
        BinaryPrimitives.WriteInt64BigEndian(bytes[3..], session);
        BinaryPrimitives.WriteInt64BigEndian(bytes[11..], person);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[19..], checked((uint)expiresAt.ToUnixTimeSeconds()));
        Sign(key, bytes[..SignedBytes], bytes[SignedBytes..]);

        Span<char> text = stackalloc char[Length];
        Prefix.CopyTo(text);
        Base64Url.EncodeToChars(bytes, text[Prefix.Length..]);
        return new string(text);
    }

    public static TokenReading Read(
        ReadOnlySpan<char> token, TokenKeyRing keys, DateTimeOffset now, out SignedToken found)
    {
        found = default;
        if (token.Length != Length || !token.StartsWith(Prefix, StringComparison.Ordinal))
            return TokenReading.Malformed;

        // The decoder skips white space; a token with any then comes out short.
        Span<byte> bytes = stackalloc byte[Bytes];
        if (Base64Url.DecodeFromChars(token[Prefix.Length..], bytes, out _, out var written) != OperationStatus.Done
            || written != Bytes || bytes[0] != Version)
            return TokenReading.Malformed;

        if (keys.Find(BinaryPrimitives.ReadUInt16BigEndian(bytes[1..])) is not { } key)
            return TokenReading.UnknownKey;

        Span<byte> expected = stackalloc byte[MacBytes];
        Sign(key, bytes[..SignedBytes], expected);
        if (!CryptographicOperations.FixedTimeEquals(expected, bytes[SignedBytes..]))
            return TokenReading.Forged;

        if (BinaryPrimitives.ReadUInt32BigEndian(bytes[19..]) <= now.ToUnixTimeSeconds())
            return TokenReading.Expired;

        found = new(BinaryPrimitives.ReadInt64BigEndian(bytes[3..]), BinaryPrimitives.ReadInt64BigEndian(bytes[11..]));
        return TokenReading.Good;
    }

    private static void Sign(TokenKey key, ReadOnlySpan<byte> data, Span<byte> mac)
    {
        if (t_mac is not { } own || own.Key != key)
        {
            t_mac?.Hash.Dispose();
            t_mac = own = new(key, IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key.Secret));
        }
        Span<byte> whole = stackalloc byte[HMACSHA256.HashSizeInBytes];
        own.Hash.AppendData(data);
        own.Hash.GetHashAndReset(whole);
        whole[..MacBytes].CopyTo(mac);
    }

    private sealed record Mac(TokenKey Key, IncrementalHash Hash);
}

internal enum TokenReading { Good, Malformed, UnknownKey, Forged, Expired }

/// <summary>Compared by reference: a secret is never compared by chance.</summary>
internal sealed class TokenKey(ushort id, byte[] secret, DateTimeOffset createdAt)
{
    public ushort Id => id;

    public byte[] Secret => secret;

    public DateTimeOffset CreatedAt => createdAt;
}

/// <summary>The keys a process knows, newest first. A handful at most.</summary>
internal sealed class TokenKeyRing(params TokenKey[] keys)
{
    // A new key signs only when every process had the time to read it; until then its tokens would be strangers elsewhere.
    public static readonly TimeSpan Settling = TimeSpan.FromMinutes(1);

    private readonly TokenKey[] _keys = [.. keys.OrderByDescending(key => key.Id)];

    public bool IsEmpty => _keys.Length == 0;

    public ushort Newest => IsEmpty ? (ushort)0 : _keys[0].Id;

    public TokenKey? Find(ushort id)
    {
        foreach (var key in _keys)
            if (key.Id == id)
                return key;
        return null;
    }

    public TokenKey ForSigning(DateTimeOffset now) =>
        _keys.FirstOrDefault(key => key.CreatedAt <= now - Settling) ?? _keys.LastOrDefault()
        ?? throw new InvalidOperationException("No key to sign sessions with is loaded yet.");

    /// <summary>The same keys as objects already known, so that the threads' HMAC states stay good.</summary>
    public TokenKeyRing Refreshed(IEnumerable<TokenKey> read) => new([.. read.Select(key => Find(key.Id) ?? key)]);
}
