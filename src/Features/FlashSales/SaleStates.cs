using System.Collections.Concurrent;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform.Web;
using Doorbuster.Platform;

namespace Doorbuster.FlashSales;

/// <summary>
/// The state documents of the sales that are asked for, each rendered once and then the same bytes for everybody until
/// the second ends (it carries the server's time) or the phase changes.
/// </summary>
internal sealed class SaleStates(KnownSales sales, IClaims claims, TimeProvider clock)
{
    private const int SlotsMax = 10_000;

    private readonly ConcurrentDictionary<string, Slot> _slots = new(StringComparer.Ordinal);

    /// <param name="publicId">As in the address; null is nobody's.</param>
    public ValueTask<StateDocument?> Find(string? publicId)
    {
        if (publicId is not null && _slots.TryGetValue(publicId, out var slot))
            return slot.Document is { } document && clock.GetTimestamp() < document.ValidUntil
                ? new(document)
                : new(slot.Refresh(this));
        return PublicId.TryParse(FlashSale.PublicPrefix, publicId, out var id) ? new(Begin(publicId, id)) : default;
    }

    private async Task<StateDocument?> Begin(string publicId, long id)
    {
        if (await sales.Find(id, CancellationToken.None) is null)
            return null;    // no slot: ids that somebody made up would fill the memory
        if (_slots.Count >= SlotsMax)
            _slots.Clear();
        return await _slots.GetOrAdd(publicId, _ => new Slot(id)).Refresh(this);
    }

    private async Task<StateDocument?> Render(long id)
    {
        // Everybody who waits for the document waits for this, so it is nobody's to cancel.
        if (await sales.Find(id, CancellationToken.None) is not { } sale)
            return null;
        var pool = sale.IsPreparing ? null : await claims.FindPool(id, CancellationToken.None);
        return StateDocument.Of(sale, pool, clock);
    }

    private sealed class Slot(long id)
    {
        private readonly Lock _lock = new();
        private Task<StateDocument?>? _refreshing;

        public StateDocument? Document { get; private set; }

        /// <summary>Renders once for all who ask meanwhile.</summary>
        public Task<StateDocument?> Refresh(SaleStates states)
        {
            lock (_lock)
                return _refreshing is { IsCompleted: false } running ? running : _refreshing = Run(states);
        }

        private async Task<StateDocument?> Run(SaleStates states) => Document = await states.Render(id);
    }
}

/// <summary>What everybody may see of a sale, in the form it is sent.</summary>
internal sealed class StateDocument
{
    private StateDocument(byte[] body, long validUntil) =>
        (Body, Etag, ValidUntil) = (body, EntityTags.Of(body), validUntil);

    public byte[] Body { get; }
    public string Etag { get; }

    /// <summary>In ticks of the process's own clock: a step of the wall clock must not freeze the document.</summary>
    public long ValidUntil { get; }

    public static StateDocument Of(FlashSale sale, PoolView? pool, TimeProvider clock)
    {
        var (now, tick) = (clock.GetUtcNow(), clock.GetTimestamp());
        var second = DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds());
        var facts = SaleFacts.Of(sale, pool, now);

        var until = second.AddSeconds(1);
        foreach (var change in (ReadOnlySpan<DateTimeOffset?>)[facts.OpensAt, facts.ClosesAt])
            if (change > now && change < until)
                until = change.Value;

        return new(facts.Write(now, second), tick + (long)((until - now).TotalSeconds * clock.TimestampFrequency));
    }
}
