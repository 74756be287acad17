using System.Text;

namespace Doorbuster.Catalog;

/// <summary><c>Home > Kitchen</c>: a category with those above it.</summary>
internal static class CategoryPath
{
    public const string Separator = " > ";

    public const int NameMax = 80;

    /// <summary>The names from the top, or null when one is empty or too long, or there are too many.</summary>
    public static string[]? Parse(string path)
    {
        var names = path.Split('>', StringSplitOptions.TrimEntries);
        return names.Length <= CatalogRow.CategoryLevelsMax && names.All(name => name.Length <= NameMax && SlugOf(name).Length > 0)
            ? names
            : null;
    }

    public static bool IsName(string name) => name.Length <= NameMax && !name.Contains('>', StringComparison.Ordinal)
        && !name.Any(char.IsControl) && name.Trim() == name && SlugOf(name).Length > 0;

    /// <summary>What addresses call it: <c>home.kitchen</c>. Names that differ only in case or signs are one category.</summary>
    public static string SlugOf(ReadOnlySpan<string> names)
    {
        var slug = new StringBuilder();
        foreach (var name in names)
            slug.Append(slug.Length > 0 ? "." : "").Append(SlugOf(name));
        return slug.ToString();
    }

    public static string SlugOf(string name)
    {
        var slug = new StringBuilder(name.Length);
        foreach (var letter in name)
        {
            if (char.IsLetterOrDigit(letter))
                slug.Append(char.ToLowerInvariant(letter));
            else if (slug.Length > 0 && slug[^1] != '-' && letter != '\'')
                slug.Append('-');
        }
        return slug.ToString().TrimEnd('-');
    }
}
