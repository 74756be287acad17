using Doorbuster.Storefront.Api;

namespace Doorbuster.Storefront.Languages;

public static class RefusalWords
{
    /// <summary>A refusal in a sentence for a shopper: the shop's own words; else, in English, the API's; else words for
    /// its kind.</summary>
    public static string Of(this Words words, ApiRefusal refusal)
    {
        if (words.Find($"problems.{refusal.Code}") is { } own)
            return own;
        if (words.Language == Language.English && refusal.Title.Length > 0)
            return refusal.Title;
        return words[refusal.Status switch
        {
            429 => "problems.slow_down",
            >= 500 => "problems.away",
            _ => "problems.refused",
        }];
    }
}
