using System.Globalization;
using System.Runtime.CompilerServices;
using Doorbuster.Platform;
using Doorbuster.Platform.Commands;

namespace Doorbuster.RedPackets;

/// <summary>
/// Packets of the house as CSV. A row that is new sends a packet; its key makes it one, however often the file comes. What is
/// sent never changes, so another row under the same key is rejected.
/// </summary>
internal sealed class PacketCsv(PacketStore store, PacketDesk desk, TimeProvider clock)
{
    private const int RowsMax = 10_000;
    private const int KeyMax = 100;
    private const int PageMax = 500;
    private const string ImportedKey = "import:";

    private static readonly string[] Asked =
        ["key", "title", "amount", "currency", "parts", "kind", "opens_at", "closes_at"];

    // What became of it.
    private static readonly string[] Told = ["phase", "granted_parts", "refunded"];

    public static readonly string[] Header = [.. Asked, .. Told];

    public async IAsyncEnumerable<string[]> Rows([EnumeratorCancellation] CancellationToken cancel)
    {
        var after = 0L;
        while (await store.ListOfHouse(after, PageMax, cancel) is { Count: > 0 } page)
        {
            foreach (var (packet, requestKey) in page)
                yield return Format(packet, requestKey, clock.GetUtcNow());
            after = page[^1].Packet.Id;
        }
    }

    /// <exception cref="FormatException">The file as a whole cannot be read.</exception>
    public async Task<PacketViews.ImportReport> Import(TextReader text, CancellationToken cancel)
    {
        var (added, unchanged, rejected) = (0, 0, new List<PacketViews.RejectedRow>());
        await foreach (var (line, fields) in CsvImport.Rows(text, Asked, ["key", "amount", "parts"], Told, RowsMax, cancel))
            switch (await Take(fields, cancel))
            {
                case "added": added++; break;
                case "unchanged": unchanged++; break;
                case var why: rejected.Add(new(line, why)); break;
            }
        return new(added, unchanged, rejected);
    }

    private async Task<string> Take(Dictionary<string, string> fields, CancellationToken cancel)
    {
        string Text(string name) => CsvExport.Typed(fields.GetValueOrDefault(name, ""));
        var key = Text("key");
        if (key.Length is 0 or > KeyMax || key.Any(char.IsControl))
            return $"key must be 1 to {KeyMax} printable characters";
        if (!long.TryParse(Text("amount"), NumberStyles.None, CultureInfo.InvariantCulture, out var amount)
            || !int.TryParse(Text("parts"), NumberStyles.None, CultureInfo.InvariantCulture, out var parts))
            return "amount (in minor units) and parts must be whole numbers";
        if (!TryReadTime(Text("opens_at"), out var opens) || !TryReadTime(Text("closes_at"), out var closes))
            return "opens_at and closes_at must be times such as 2026-11-20T20:00:00Z";

        var opensAt = opens ?? clock.GetUtcNow();
        var draft = new PacketDraft(
            Text("title") is { Length: > 0 } title ? title : "Good luck", amount,
            Text("currency") is { Length: > 0 } currency ? currency : "GBP", parts,
            Text("kind") is { Length: > 0 } kind ? kind : "lucky", opensAt, closes ?? opensAt + PacketDraft.LifeDefault);
        var there = PublicId.TryParse(RedPacket.PublicPrefix, key, out var number)
            ? await store.Find(number, cancel)
            : await store.FindByRequest(ImportedKey + key, cancel);
        if (there is { State: not (PacketState.Preparing or PacketState.NotCovered) })
            return there.Owner is null && there.Is(draft) && (opens ?? there.OpensAt) == there.OpensAt
                && (closes ?? there.ClosesAt) == there.ClosesAt
                    ? "unchanged" : "another packet was sent under this key, and what is sent does not change";
        return await desk.Send(draft, owner: null, ImportedKey + key, cancel) switch
        {
            Sent.Packet => "added",
            Sent.Invalid { Errors: var errors } =>
                string.Join("; ", errors.Select(error => $"{error.Key} {string.Join(", ", error.Value)}")),
            _ => Problems.NotCovered.Title,
        };
    }

    private static bool TryReadTime(string text, out DateTimeOffset? at)
    {
        at = null;
        if (text.Length == 0)
            return true;
        if (!DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var read))
            return false;
        at = read.AddTicks(-(read.Ticks % TimeSpan.TicksPerMicrosecond));    // as PostgreSQL keeps it
        return true;
    }

    // One that was imported goes out under the key it came in with; any other under its id.
    private static string[] Format(RedPacket packet, string? requestKey, DateTimeOffset now)
    {
        string Number(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";
        string Time(DateTimeOffset at) => at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
        return
        [
            requestKey?.StartsWith(ImportedKey, StringComparison.Ordinal) == true
                ? requestKey[ImportedKey.Length..] : packet.PublicId,
            packet.Title, Number(packet.Amount.Minor), packet.Amount.Currency, Number(packet.Parts),
            packet.IsLucky ? "lucky" : "equal", Time(packet.OpensAt), Time(packet.ClosesAt), packet.PhaseAt(now, null),
            Number(packet.Granted), Number(packet.RefundedMinor),
        ];
    }
}
