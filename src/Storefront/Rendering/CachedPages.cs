using System.Collections.Concurrent;
using System.IO.Compression;
using Doorbuster.Platform.Web;
using Microsoft.Extensions.Logging;

namespace Doorbuster.Storefront.Rendering;

/// <summary>
/// Pages that are everybody's, as bytes. Made once for all who ask at the same time; shown old for a moment while they are made
/// anew; and shown rather old when they cannot be made, because a shop that shows yesterday's page is better than none. What is
/// bought is never decided here.
/// </summary>
internal sealed class CachedPages(TimeProvider clock, ILogger<CachedPages> log)
{
    private const int PagesMax = 1_000;    // ~30 MB of usual ones
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Shown = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ShownInNeed = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, Place> _places = new(StringComparer.Ordinal);

    public int Count => _places.Count;

    /// <param name="make">Makes the page; an outcome that is not a page (a redirect, a refusal) is given as an exception
    /// would be: to everybody who waits, and kept for nobody.</param>
    public ValueTask<Made> Get(string key, Func<Task<Made>> make)
    {
        if (_places.TryGetValue(key, out var place) && place.Page is { } page)
        {
            var age = clock.GetElapsedTime(place.MadeAt);
            if (age < Fresh)
                return new(page);
            if (age < Shown)
            {
                place.Begin(() => Make(place, make));
                return new(page);
            }
        }
        return new(Wait(key, place ?? _places.GetOrAdd(key, _ => new Place()), make));
    }

    private async Task<Made> Wait(string key, Place place, Func<Task<Made>> make)
    {
        Made made;
        try
        {
            made = await place.Begin(() => Make(place, make));
        }
        catch (Exception error) when (Old(place) is not null && error is not OutOfMemoryException)
        {
            log.OldPageShown(error);
            return Old(place)!;
        }
        finally
        {
            if (place.Page is null)
                _places.TryRemove(KeyValuePair.Create(key, place));    // nothing was made that could be kept
        }
        return made.IsFailure ? Old(place) ?? made : made;
    }

    private Made? Old(Place place) =>
        place.Page is { } page && clock.GetElapsedTime(place.MadeAt) < ShownInNeed ? page : null;

    private async Task<Made> Make(Place place, Func<Task<Made>> make)
    {
        var made = await make();
        if (made.Page is not null && !made.IsFailure)
        {
            (place.Page, place.MadeAt) = (made, clock.GetTimestamp());
            MakeRoom();
        }
        return made;
    }

    // Rarely: a quarter goes at once, the oldest first.
    private void MakeRoom()
    {
        if (_places.Count <= PagesMax)
            return;
        foreach (var (key, _) in _places.OrderBy(place => place.Value.MadeAt).Take(PagesMax / 4))
            _places.TryRemove(key, out _);
    }

    private sealed class Place
    {
        private Task<Made>? _making;

        public volatile Made? Page;
        public long MadeAt;

        public Task<Made> Begin(Func<Task<Made>> make)
        {
            lock (this)
            {
                if (_making is null || _making.IsCompleted)
                    _making = Task.Run(make);
                return _making;
            }
        }
    }
}

/// <summary>What became of making a page.</summary>
/// <param name="Page">Null: not a page, see <paramref name="Result"/>.</param>
internal sealed record Made(PageBytes? Page, PageResult Result, int Status)
{
    /// <summary>Something is away; what was shown before is better.</summary>
    public bool IsFailure => Status >= 500;
}

/// <summary>A page as it is sent, and its compressed forms once somebody took them.</summary>
internal sealed class PageBytes(byte[] html)
{
    private byte[]? _brotli;
    private byte[]? _gzip;

    public string Tag { get; } = EntityTags.Of(html);

    public byte[] In(string? encoding) => encoding switch
    {
        // Between seconds a page is made anew: the last percent is not worth ten times the time.
        "br" => _brotli ??= Compress(to => new BrotliStream(to, CompressionLevel.Optimal)),
        "gzip" => _gzip ??= Compress(to => new GZipStream(to, CompressionLevel.Optimal)),
        _ => html,
    };

    private byte[] Compress(Func<Stream, Stream> wrap)
    {
        using var to = new MemoryStream(html.Length / 3);
        using (var compressing = wrap(to))
            compressing.Write(html);
        return to.ToArray();
    }
}
