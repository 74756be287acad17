using Doorbuster.Storefront.Languages;

namespace Doorbuster.Storefront.Pages.Categories;

internal static class FacetNames
{
    /// <summary>An attribute's name for people: in our words where we have some, else as the catalog writes it.</summary>
    public static string Of(string attribute, Words words) => words.Find($"facets.{attribute}") ?? Spaced(attribute);

    // guaranteeYears → Guarantee years
    private static string Spaced(string name)
    {
        var text = new System.Text.StringBuilder();
        foreach (var letter in name.Replace('_', ' '))
            text.Append(char.IsAsciiLetterUpper(letter) && text.Length > 0 ? $" {char.ToLowerInvariant(letter)}" : letter);
        return text.Length == 0 ? name : char.ToUpperInvariant(text[0]) + text.ToString(1, text.Length - 1);
    }
}
