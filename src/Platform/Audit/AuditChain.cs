using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Doorbuster.Platform.Audit;

/// <param name="Seq">1, 2, 3, …</param>
/// <param name="Before">JSON, as it was filed.</param>
internal sealed record AuditEntry(
    long Seq, DateTimeOffset At, string Actor, string Source, string? Address, string? Request, string Action,
    string Subject, string? Before, string? After, byte[] Previous, byte[] Hash);

/// <summary>An entry and its hash: with all that came before it. Kept outside, it is what the log is measured by.</summary>
internal sealed record AuditAnchor(long Seq, byte[] Hash)
{
    public static readonly AuditAnchor Start = new(0, new byte[SHA256.HashSizeInBytes]);

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Seq}:{Convert.ToHexStringLower(Hash)}");

    /// <summary>What <see cref="ToString"/> wrote; null for anything else.</summary>
    public static AuditAnchor? Parse(string text)
    {
        if (text.Split(':') is not [var seq, { Length: 2 * SHA256.HashSizeInBytes } hash]
            || !long.TryParse(seq, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return null;
        var bytes = new byte[SHA256.HashSizeInBytes];
        return Convert.FromHexString(hash, bytes, out _, out _) == System.Buffers.OperationStatus.Done
            ? new AuditAnchor(number, bytes)
            : null;
    }
}

/// <summary>The first row that is not as it was sealed.</summary>
internal sealed record AuditBreak(long Seq, string What);

/// <summary>Follows the chain from its start, a row at a time, and stops at the first that does not fit.</summary>
internal sealed class AuditChain(params IReadOnlyList<AuditAnchor> anchors)
{
    /// <summary>As far as it was followed.</summary>
    public AuditAnchor End { get; private set; } = AuditAnchor.Start;

    /// <summary>What <c>audit.hash_of</c> does in the database.</summary>
    public static byte[] HashOf(AuditEntry entry, long seq, byte[] previous)
    {
        var content = new StringBuilder();
        Append(content, seq.ToString(CultureInfo.InvariantCulture));
        Append(content, ((entry.At - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond)
            .ToString(CultureInfo.InvariantCulture));
        foreach (var field in (string?[])[
            entry.Actor, entry.Source, entry.Address, entry.Request, entry.Action, entry.Subject, entry.Before, entry.After])
            Append(content, field);
        return SHA256.HashData([.. previous, .. Encoding.UTF8.GetBytes(content.ToString())]);
    }

    /// <summary>The next row in the order of the numbers; null when it fits.</summary>
    public AuditBreak? Follow(AuditEntry entry)
    {
        var seq = End.Seq + 1;
        if (entry.Seq != seq)
            return new AuditBreak(seq, $"row {seq} is missing: row {entry.Seq} follows row {End.Seq}");
        if (!entry.Previous.AsSpan().SequenceEqual(End.Hash))
            return new AuditBreak(seq, $"row {seq} does not continue row {End.Seq}");
        if (!HashOf(entry, seq, End.Hash).AsSpan().SequenceEqual(entry.Hash))
            return new AuditBreak(seq, $"row {seq} was changed after it was sealed");
        End = new AuditAnchor(seq, entry.Hash);
        return anchors.FirstOrDefault(anchor => anchor.Seq == seq && !anchor.Hash.AsSpan().SequenceEqual(entry.Hash)) is null
            ? null
            : new AuditBreak(seq, $"row {seq} is not the one that was anchored: the log was written anew");
    }

    /// <summary>After the last row; null when nothing is missing behind it.</summary>
    public AuditBreak? Finish() => anchors.Where(anchor => anchor.Seq > End.Seq).MinBy(anchor => anchor.Seq) is { } beyond
        ? new AuditBreak(
            End.Seq + 1, $"row {End.Seq + 1} is missing: the log ends with row {End.Seq}, and it had {beyond.Seq}")
        : null;

    // With its length before it, so that no two contents are written alike.
    private static void Append(StringBuilder content, string? field)
    {
        if (field is null)
            content.Append("-,");
        else
            content.Append(CultureInfo.InvariantCulture, $"{Encoding.UTF8.GetByteCount(field)}:").Append(field).Append(',');
    }
}
