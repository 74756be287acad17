using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Doorbuster.Platform.Web;

public enum WebhookVerdict { Genuine, HeadersMissing, WrongTime, WrongSignature }

/// <summary>
/// Standard Webhooks: <c>webhook-signature: v1,base64(HMAC-SHA256(secret, id.timestamp.body))</c>, over the bytes as
/// they came. Several signatures, separated by spaces, and several secrets let either side change its secret without a
/// gap.
/// </summary>
public static class WebhookSignature
{
    public const string IdHeader = "webhook-id";
    public const string TimestampHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";

    private const string SecretPrefix = "whsec_";
    private const string Version = "v1,";
    private const int SecretBytes = 32;
    private const int SignaturesMax = 10;
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(300);

    public static string NewSecret() =>
        SecretPrefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>The value of <see cref="SignatureHeader"/>: a signature by each secret, the current one first.</summary>
    public static string Sign(
        IEnumerable<string> secrets, string id, DateTimeOffset at, ReadOnlyMemory<byte> body) =>
        string.Join(' ', secrets.Select(secret => Sign(secret, id, at, body.Span)));

    public static string Sign(string secret, string id, DateTimeOffset at, ReadOnlySpan<byte> body) =>
        Version + Convert.ToBase64String(Digest(secret, id, at.ToUnixTimeSeconds(), body));

    public static WebhookVerdict Verify(
        IReadOnlyList<string> secrets, string? id, string? timestamp, string? signatures, ReadOnlySpan<byte> body,
        DateTimeOffset now)
    {
        if (string.IsNullOrEmpty(id) || string.IsNullOrEmpty(signatures)
            || !long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            return WebhookVerdict.HeadersMissing;
        if (Math.Abs(now.ToUnixTimeSeconds() - (decimal)seconds) > (decimal)Tolerance.TotalSeconds)
            return WebhookVerdict.WrongTime;

        // Every pair is compared, and each in constant time: how long it takes tells nothing about how near a guess
        // came.
        var isGenuine = false;
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        foreach (var secret in secrets)
        {
            var expected = Digest(secret, id, seconds, body);
            foreach (var one in signatures.Split(' ', SignaturesMax + 1).Take(SignaturesMax))
            {
                var isRead = one.StartsWith(Version, StringComparison.Ordinal)
                    && Convert.TryFromBase64Chars(one.AsSpan(Version.Length), given, out var length)
                    && length == given.Length;
                isGenuine |= isRead && CryptographicOperations.FixedTimeEquals(given, expected);
            }
        }
        return isGenuine ? WebhookVerdict.Genuine : WebhookVerdict.WrongSignature;
    }

    private static byte[] Digest(string secret, string id, long seconds, ReadOnlySpan<byte> body)
    {
        var key = Convert.FromBase64String(secret.StartsWith(SecretPrefix, StringComparison.Ordinal)
            ? secret[SecretPrefix.Length..] : secret);
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hmac.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{seconds}.")));
        hmac.AppendData(body);
        return hmac.GetHashAndReset();
    }
}
