using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Doorbuster.Storefront.Assets;

/// <summary>
/// What pages load: a style sheet for the shop and one for the console, scripts, icons. All of them share one fingerprint in their address, so that a module
/// imports its neighbours by plain relative names and still everything may be kept for ever.
/// </summary>
public sealed class AssetStore
{
    public const string Folder = "/assets";
    private const string OwnPrefix = "assets/";
    private const string StylesPrefix = "styles/";

    // Later layers win, whatever the selectors say.
    private static readonly string[] LayersOfShop = ["pico", "layout", "parts", "pages"];
    private static readonly string[] LayersOfConsole = ["pico", "layout", "parts", "console"];

    private readonly FrozenDictionary<string, Asset> _assets;

    public AssetStore()
    {
        var found = new Dictionary<string, Asset>(StringComparer.Ordinal)
        {
            ["shop.css"] = new("shop.css", BindStyles(LayersOfShop)),
            ["console.css"] = new("console.css", BindStyles(LayersOfConsole)),
        };
        foreach (var name in Names(OwnPrefix).Where(name => !name.EndsWith(".css", StringComparison.Ordinal)))
            found.Add(name[OwnPrefix.Length..], new(name[OwnPrefix.Length..], Read(name)));
        _assets = found.ToFrozenDictionary(StringComparer.Ordinal);

        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var asset in found.OrderBy(asset => asset.Key, StringComparer.Ordinal))
        {
            all.AppendData(Encoding.UTF8.GetBytes(asset.Key + "\n"));
            all.AppendData(asset.Value.Bytes);
        }
        Fingerprint = Convert.ToHexStringLower(all.GetHashAndReset().AsSpan(0, 6));
    }

    public string Fingerprint { get; }

    public IEnumerable<string> All => _assets.Keys;

    /// <exception cref="KeyNotFoundException">A page names what is not there.</exception>
    public string Address(string name) => _assets.ContainsKey(name)
        ? $"{Folder}/{Fingerprint}/{name}"
        : throw new KeyNotFoundException($"There is no asset {name}.");

    internal Asset? Find(string name) => _assets.GetValueOrDefault(name);

    private static byte[] BindStyles(string[] layers)
    {
        var bound = new StringBuilder("@layer ").AppendJoin(',', layers).Append(";\n");
        foreach (var layer in layers)
        {
            bound.Append("@layer ").Append(layer).Append("{\n");
            foreach (var name in Names($"{StylesPrefix}{layer}/"))
                bound.Append(Encoding.UTF8.GetString(Read(name)).Replace("@charset \"UTF-8\";", "", StringComparison.Ordinal)
                    .TrimStart('\uFEFF')).Append('\n');
            bound.Append("}\n");
        }
        return Encoding.UTF8.GetBytes(bound.ToString());
    }

    private static IEnumerable<string> Names(string prefix) => typeof(AssetStore).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    private static byte[] Read(string name)
    {
        using var stream = typeof(AssetStore).Assembly.GetManifestResourceStream(name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}

/// <summary>One file, and its compressed forms once somebody took them.</summary>
internal sealed class Asset(string name, byte[] bytes)
{
    private readonly Lazy<byte[]> _brotli = new(() => Compress(bytes, to => new BrotliStream(to, CompressionLevel.SmallestSize)));
    private readonly Lazy<byte[]> _gzip = new(() => Compress(bytes, to => new GZipStream(to, CompressionLevel.SmallestSize)));

    public byte[] Bytes => bytes;

    public string ContentType { get; } = Path.GetExtension(name) switch
    {
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        ".json" or ".webmanifest" => "application/manifest+json",
        ".png" => "image/png",
        ".ico" => "image/x-icon",
        var other => throw new NotSupportedException($"Assets of type {other} are not known: {name}"),
    };

    public byte[] In(string? encoding) => encoding switch { "br" => _brotli.Value, "gzip" => _gzip.Value, _ => bytes };

    private static byte[] Compress(byte[] bytes, Func<Stream, Stream> wrap)
    {
        using var to = new MemoryStream();
        using (var compressing = wrap(to))
            compressing.Write(bytes);
        return to.ToArray();
    }
}
