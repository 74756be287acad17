namespace Doorbuster.Catalog;

/// <param name="ParentId">Null: at the top.</param>
internal sealed record CategoryNode(long Id, long? ParentId, string Slug, string Name);

/// <summary>All categories, to decide what a change of one does to those below it. Slugs follow from the names above, so that
/// what is exported is imported to the same place.</summary>
internal sealed class CategoryTree(IReadOnlyCollection<CategoryNode> nodes)
{
    public const int CategoriesMax = 10_000;

    private readonly Dictionary<long, CategoryNode> _byId = nodes.ToDictionary(node => node.Id);
    private readonly Dictionary<string, CategoryNode> _bySlug = nodes.ToDictionary(node => node.Slug, StringComparer.Ordinal);
    private readonly ILookup<long?, CategoryNode> _below = nodes.ToLookup(node => node.ParentId);

    public int Count => nodes.Count;

    public CategoryNode? Find(string slug) => _bySlug.GetValueOrDefault(slug);

    /// <summary>A category under another, or at the top, under an id of the caller's.</summary>
    public TreeChange Add(long id, string name, CategoryNode? parent)
    {
        if (Count >= CategoriesMax)
            return new TreeChange.Full();
        var slug = SlugUnder(parent, name);
        if (_bySlug.ContainsKey(slug))
            return new TreeChange.Taken(slug);
        return LevelOf(parent) >= CatalogRow.CategoryLevelsMax
            ? new TreeChange.TooDeep()
            : new TreeChange.Done([new(id, parent?.Id, slug, name)]);
    }

    /// <summary>The category under a name and a parent, which may be the ones it has, and everything below it.</summary>
    public TreeChange Move(CategoryNode moved, string name, CategoryNode? parent)
    {
        for (var above = parent; above is not null; above = ParentOf(above))
            if (above.Id == moved.Id)
                return new TreeChange.Cycle();
        if (LevelOf(parent) + HeightOf(moved) > CatalogRow.CategoryLevelsMax)
            return new TreeChange.TooDeep();

        var slug = SlugUnder(parent, name);
        if (_bySlug.TryGetValue(slug, out var there) && there.Id != moved.Id)
            return new TreeChange.Taken(slug);
        List<CategoryNode> changed = [new(moved.Id, parent?.Id, slug, name)];
        for (var i = 0; i < changed.Count; i++)
            changed.AddRange(_below[changed[i].Id].Select(node => node with { Slug = SlugUnder(changed[i], node.Name) }));
        return new TreeChange.Done(changed);
    }

    private CategoryNode? ParentOf(CategoryNode node) => node.ParentId is { } parent ? _byId[parent] : null;

    private int LevelOf(CategoryNode? node) => node is null ? 0 : 1 + LevelOf(ParentOf(node));

    private int HeightOf(CategoryNode node) => 1 + _below[node.Id].Select(HeightOf).DefaultIfEmpty(0).Max();

    private static string SlugUnder(CategoryNode? parent, string name) =>
        parent is null ? CategoryPath.SlugOf(name) : $"{parent.Slug}.{CategoryPath.SlugOf(name)}";
}

/// <summary>What becomes of the tree.</summary>
internal abstract record TreeChange
{
    private TreeChange() { }

    /// <param name="Nodes">As they are then; the changed one first, then those below it.</param>
    public sealed record Done(IReadOnlyList<CategoryNode> Nodes) : TreeChange;

    /// <summary>It would be below itself.</summary>
    public sealed record Cycle : TreeChange;

    public sealed record TooDeep : TreeChange;

    public sealed record Taken(string Slug) : TreeChange;

    public sealed record Full : TreeChange;
}
