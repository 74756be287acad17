using Doorbuster.Catalog;
using FsCheck;
using FsCheck.Fluent;

namespace Doorbuster.Tests.Catalog;

public sealed class CategoryTreeTests
{
    [Fact]
    public void Whatever_is_added_and_moved_the_tree_stays_a_tree_whose_slugs_follow_from_its_names()
    {
        var step = Gen.Zip(Gen.Choose(0, 3), Gen.Zip(Gen.Choose(0, 12), Gen.Zip(Gen.Choose(0, 12), Gen.Choose(0, 5))));
        Check.QuickThrowOnFailure(Prop.ForAll(Arb.From(Gen.ListOf(step, 40)), steps =>
        {
            var nodes = new List<CategoryNode>();
            foreach (var (kind, (first, (second, name))) in steps)
            {
                var tree = new CategoryTree(nodes);
                var parent = second < nodes.Count ? nodes[second] : null;
                var change = kind == 0 || nodes.Count == 0
                    ? tree.Add(nodes.Count + 1, $"Name {name}", parent)
                    : tree.Move(nodes[first % nodes.Count], $"Name {name}", parent);
                if (change is TreeChange.Done done)
                    foreach (var node in done.Nodes)
                    {
                        nodes.RemoveAll(old => old.Id == node.Id);
                        nodes.Add(node);
                    }
                if (!IsTree(nodes))
                    return false;
            }
            return true;
        }));
    }

    [Fact]
    public void A_tree_has_four_levels()
    {
        CategoryNode[] nodes = [new(1, null, "a", "A"), new(2, 1, "a.b", "B"), new(3, null, "c", "C"), new(4, 3, "c.d", "D"), new(5, 4, "c.d.e", "E")];
        var tree = new CategoryTree(nodes);
        Assert.IsType<TreeChange.TooDeep>(tree.Move(nodes[2], "C", nodes[1]));
        var moved = Assert.IsType<TreeChange.Done>(tree.Move(nodes[2], "C", nodes[0]));
        Assert.Equal(["a.c", "a.c.d", "a.c.d.e"], moved.Nodes.Select(node => node.Slug));
        Assert.IsType<TreeChange.Taken>(tree.Move(nodes[2], "B!", nodes[0]));
        Assert.IsType<TreeChange.Cycle>(tree.Move(nodes[2], "C", nodes[4]));
    }

    private static bool IsTree(List<CategoryNode> nodes)
    {
        var byId = nodes.ToDictionary(node => node.Id);
        return nodes.DistinctBy(node => node.Slug).Count() == nodes.Count && nodes.All(node =>
        {
            var names = new List<string>();
            for (var at = node; at is not null; at = at.ParentId is { } parent ? byId[parent] : null)
            {
                names.Insert(0, at.Name);
                if (names.Count > CatalogRow.CategoryLevelsMax)
                    return false;
            }
            return node.Slug == CategoryPath.SlugOf([.. names]);
        });
    }
}
