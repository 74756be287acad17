using Doorbuster.Contracts.People;

namespace Doorbuster.UserCenter;

/// <summary>Makes one part's result; it awaits <paramref name="needed"/> only when it has to.</summary>
internal delegate Task<PartResult> MakePart(IOverviewPart part, Func<Task<NeededParts>> needed);

/// <summary>
/// Which parts need which. A part starts when those it needs have ended, whatever the others are doing: the whole takes as
/// long as the longest chain, not as long as the sum.
/// </summary>
internal sealed class PartGraph
{
    public const int PartsMax = 32;

    private static readonly string[] ReservedNames = [OverviewDocument.Missing, OverviewDocument.Stale];

    private readonly Node[] _nodes;    // a part stands after all it needs
    private readonly Dictionary<string, string[]> _dependents;

    /// <exception cref="InvalidOperationException">A name is taken twice or not known, or parts need each other in a
    /// circle.</exception>
    public PartGraph(IEnumerable<IOverviewPart> parts)
    {
        var byName = new Dictionary<string, IOverviewPart>(StringComparer.Ordinal);
        foreach (var part in parts)
            if (ReservedNames.Contains(part.Name) || !byName.TryAdd(part.Name, part))
                throw new InvalidOperationException($"The overview cannot have another part named '{part.Name}'.");
        if (byName.Count > PartsMax)
            throw new InvalidOperationException($"The overview has {byName.Count} parts, more than {PartsMax}.");

        var order = Sort(byName);
        var places = order.Index().ToDictionary(at => at.Item.Name, at => at.Index);
        _nodes = [.. order.Select(part => new Node(part, [.. part.Needs.Select(name => places[name])]))];
        _dependents = byName.Keys.ToDictionary(name => name, name => WithDependents(name, byName.Values));
    }

    /// <summary>Alphabetically.</summary>
    public IEnumerable<string> Names => _dependents.Keys.Order(StringComparer.Ordinal);

    /// <summary>The part and every part whose result rests on it; none when there is no such part.</summary>
    public IReadOnlyList<string> WithDependents(string part) => _dependents.GetValueOrDefault(part) ?? [];

    /// <summary>Runs all parts; the results are in the order of <see cref="Names"/>.</summary>
    public async Task<IReadOnlyList<PartResult>> Run(MakePart make)
    {
        var results = new Task<PartResult>[_nodes.Length];
        for (var i = 0; i < _nodes.Length; i++)
        {
            var node = _nodes[i];
            results[i] = make(node.Part, () => Collect(node, results));
        }
        return [.. (await Task.WhenAll(results)).OrderBy(result => result.Name, StringComparer.Ordinal)];
    }

    private static async Task<NeededParts> Collect(Node node, Task<PartResult>[] results)
    {
        if (node.Needs.Length == 0)
            return NeededParts.None;
        var needed = await Task.WhenAll(node.Needs.Select(place => results[place]));
        return new(
            needed.Where(result => result.HasValue).ToDictionary(result => result.Name, result => result.Value),
            needed.All(result => result.IsCurrent));
    }

    private static List<IOverviewPart> Sort(Dictionary<string, IOverviewPart> parts)
    {
        var sorted = new List<IOverviewPart>();
        var path = new List<string>();
        foreach (var part in parts.Values.OrderBy(part => part.Name, StringComparer.Ordinal))
            Visit(part);
        return sorted;

        void Visit(IOverviewPart part)
        {
            if (sorted.Contains(part))
                return;
            if (path.Contains(part.Name))
                throw new InvalidOperationException(
                    $"Parts of the overview need each other in a circle: {string.Join(" → ", path)} → {part.Name}.");
            path.Add(part.Name);
            foreach (var name in part.Needs)
                Visit(parts.GetValueOrDefault(name) ?? throw new InvalidOperationException(
                    $"Part '{part.Name}' of the overview needs '{name}', which is no part."));
            path.RemoveAt(path.Count - 1);
            sorted.Add(part);
        }
    }

    private static string[] WithDependents(string name, IReadOnlyCollection<IOverviewPart> parts)
    {
        var found = new HashSet<string>(StringComparer.Ordinal) { name };
        while (parts.FirstOrDefault(part => !found.Contains(part.Name) && part.Needs.Any(found.Contains)) is { } more)
            found.Add(more.Name);
        return [.. found];
    }

    private sealed record Node(IOverviewPart Part, int[] Needs);
}

/// <param name="AreCurrent">False when one of them is missing or old: what is made of them is shown but not kept.</param>
internal sealed record NeededParts(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Values, bool AreCurrent)
{
    public static readonly NeededParts None = new(new Dictionary<string, ReadOnlyMemory<byte>>(), AreCurrent: true);
}

internal enum PartState
{
    /// <summary>From the cache, where nothing has said that it changed.</summary>
    Cached,
    Loaded,

    /// <summary>Loaded, but from parts that were old or missing.</summary>
    Provisional,

    /// <summary>It could not be loaded: the cache's old value.</summary>
    Stale,

    /// <summary>It could not be loaded and the cache has none.</summary>
    Missing,
}

internal sealed record PartResult(string Name, PartState State, ReadOnlyMemory<byte> Value)
{
    public bool HasValue => State != PartState.Missing;

    public bool IsCurrent => State is PartState.Cached or PartState.Loaded;
}
