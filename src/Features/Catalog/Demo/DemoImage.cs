using System.Collections.Frozen;
using System.Net;
using System.Text;

namespace Doorbuster.Catalog.Demo;

/// <summary>A picture for every demonstration product, drawn from its name: no file, no network, no licence. What it is says the
/// noun; its colours and the backdrop follow from the whole name.</summary>
internal static class DemoImage
{
    private const string Shadow = """<ellipse cx="246" cy="396" rx="190" ry="26" fill="url(#s)"/>""";

    private static readonly FrozenDictionary<string, string> Drawings = Read();
    private static readonly string[] Nouns = [.. Drawings.Keys.OrderByDescending(noun => noun.Length)];

    // Middle, dark and light of one dye.
    private static readonly (string Middle, string Dark, string Light)[] Dyes =
    [
        ("#2f6b57", "#1f4b3c", "#7fb09b"), ("#2f4a73", "#1d3152", "#86a0c9"), ("#c2633f", "#8f4326", "#eaa685"),
        ("#d39a34", "#9c6e1c", "#f2cf87"), ("#8fa583", "#667c5b", "#c4d3ba"), ("#a8423a", "#782a24", "#e09a90"),
        ("#5c6f80", "#3f4e5b", "#a9bac8"), ("#6d4763", "#4a2d43", "#b994b0"), ("#e0cfae", "#b59d76", "#faf2e0"),
        ("#2e7f88", "#1d585f", "#8cc7cc"), ("#c97f85", "#965359", "#efc6c8"),
    ];

    private static readonly (string Middle, string Dark, string Light) Midnight = ("#363b47", "#1f232c", "#79819a");

    // Wall and table.
    private static readonly (string Wall, string Lit, string Table)[] Rooms =
    [
        ("#e9dfd0", "#f7f1e7", "#d9cbb6"), ("#dbe3e8", "#eef3f5", "#c6d1d8"), ("#efdcd4", "#faf0eb", "#dfc5ba"),
        ("#dde5d6", "#eff3ea", "#c7d3bd"), ("#f0e5c6", "#faf4e2", "#e0d1a6"), ("#e2dcea", "#f2eff6", "#cdc4da"),
    ];

    public static string Draw(string title, int category, DemoView view = DemoView.Plain)
    {
        var noun = NounOf(title) ?? throw new ArgumentException($"Nobody has drawn a {title}.");
        var adjective = title[..^noun.Length].Trim();
        var hash = HashOf($"{adjective}/{category}");
        var dye = adjective is "Midnight" or "Night" or "Granite" ? Midnight : Dyes[hash % Dyes.Length];
        var room = Rooms[(hash / Dyes.Length + (uint)category) % (uint)Rooms.Length];
        var drawing = new StringBuilder(Drawings[noun])
            .Replace("$A", dye.Middle).Replace("$B", dye.Dark).Replace("$C", dye.Light).Replace("$W", "#c99a62")
            .Replace("$V", "#9a6b3f").Replace("$M", "#c3c9ce").Replace("$N", "#878f97").Replace("$K", "#2b2e33")
            .Replace("$P", "#f7f2e6");
        var scene = view switch
        {
            DemoView.Close => Close(drawing, room.Table),
            DemoView.Evening => Evening(drawing, room.Table),
            DemoView.Shelf => Shelf(drawing),
            _ => Plain(drawing, room.Table),
        };
        return $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 480" role="img" aria-label="{WebUtility.HtmlEncode(title)}">
            <defs><radialGradient id="w" cx=".42" cy=".36" r=".75"><stop offset="0" stop-color="{room.Lit}"/><stop offset="1" stop-color="{room.Wall}"/></radialGradient><radialGradient id="s"><stop offset="0" stop-opacity=".34"/><stop offset="1" stop-opacity="0"/></radialGradient></defs>
            {scene}
            </svg>
            """;
    }

    private static string Plain(StringBuilder drawing, string table) => $"""
        <rect width="480" height="480" fill="url(#w)"/><path d="M0 350h480v130H0z" fill="{table}" fill-opacity=".8"/><path d="M0 350h480v3H0z" fill="#fff" fill-opacity=".35"/>
        {Shadow}
        {drawing}
        """;

    // The middle of it, twice as large.
    private static string Close(StringBuilder drawing, string table) => $"""
        <rect width="480" height="480" fill="url(#w)"/><g transform="matrix(2 0 0 2 -270 -250)"><path d="M0 350h480v130H0z" fill="{table}" fill-opacity=".8"/>
        {Shadow}
        {drawing}
        </g>
        """;

    private static string Evening(StringBuilder drawing, string table) => $"""
        <defs><radialGradient id="e" cx=".7" cy=".2" r=".8"><stop offset="0" stop-color="#ffd58a" stop-opacity=".4"/><stop offset=".45" stop-color="#c9803f" stop-opacity=".16"/><stop offset="1" stop-color="#131a2e" stop-opacity=".62"/></radialGradient></defs>
        <rect width="480" height="480" fill="#5b6480"/><path d="M0 350h480v130H0z" fill="{table}" fill-opacity=".45"/>
        <path d="M348 0h4v40h-4zM316 82l20-42h28l20 42z" fill="#2b2e33"/><ellipse cx="350" cy="84" rx="34" ry="7" fill="#ffe9b8"/>
        {Shadow}
        {drawing}
        <rect width="480" height="480" fill="url(#e)"/>
        """;

    private static string Shelf(StringBuilder drawing) => $"""
        <defs><g id="one">{drawing}</g></defs>
        <rect width="480" height="480" fill="url(#w)"/><path d="M0 330h480v26H0z" fill="#c99a62"/><path d="M0 350h480v14H0z" fill="#9a6b3f"/><path d="M0 364h480v22H0z" opacity=".12"/>
        <g transform="matrix(.4 0 0 .4 -16 173)">{Shadow}<use href="#one"/></g><g transform="matrix(.4 0 0 .4 144 173)">{Shadow}<use href="#one"/></g><g transform="matrix(.4 0 0 .4 304 173)">{Shadow}<use href="#one"/></g>
        """;

    private static string? NounOf(string title) =>
        Nouns.FirstOrDefault(noun => title.EndsWith(noun, StringComparison.Ordinal));

    // Neighbours on a shelf differ: the last letters must count as much as the first.
    private static uint HashOf(string text)
    {
        var hash = 2166136261u;
        foreach (var letter in text)
            hash = (hash ^ letter) * 16777619u;
        hash ^= hash >> 15;
        return hash * 2246822519u >> 8;
    }

    private static FrozenDictionary<string, string> Read()
    {
        using var file = new StreamReader(typeof(DemoImage).Assembly.GetManifestResourceStream("drawings.txt")!);
        return file.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#')
            .Select(line => line.Split('|', 2)).ToFrozenDictionary(parts => parts[0], parts => parts[1]);
    }
}

/// <summary>What one sees in a picture of a demonstration product.</summary>
internal enum DemoView
{
    /// <summary>It, on a table.</summary>
    Plain,
    Close,
    Evening,
    Shelf,
}
