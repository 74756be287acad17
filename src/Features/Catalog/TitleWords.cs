namespace Doorbuster.Catalog;

/// <summary>Words that a product's title must have, each at least as the beginning of one of its words.</summary>
internal static class TitleWords
{
    public const int LengthMax = 100;
    private const int WordsMax = 8;

    /// <summary>As PostgreSQL asks for them; null when the text has no word in it.</summary>
    public static string? Parse(string text)
    {
        var words = new string([.. text.Select(letter => char.IsLetterOrDigit(letter) ? letter : ' ')])
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length is 0 or > WordsMax ? null : string.Join(" & ", words.Select(word => word + ":*"));
    }
}
