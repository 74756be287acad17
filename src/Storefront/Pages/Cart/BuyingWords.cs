using System.Text.Json;
using Doorbuster.Storefront.Api;
using Doorbuster.Storefront.Languages;

namespace Doorbuster.Storefront.Pages.Cart;

/// <summary>Why something cannot be bought, in a sentence that names it and says what to do next.</summary>
internal static class BuyingWords
{
    /// <param name="titleOf">What a stock-keeping unit is called.</param>
    public static string Of(Words words, ApiRefusal refusal, Func<string, string> titleOf)
    {
        var title = refusal.More?.GetValueOrDefault("sku") is { ValueKind: JsonValueKind.String } sku
            ? titleOf(sku.GetString()!) : null;
        switch (refusal.Code)
        {
            case "out_of_stock" when title is not null && LeftIn(refusal) is > 0 and var left:
                return words["buying.few_left", Format.Number(left, words.Language), title];
            case "out_of_stock" when title is not null:
                return words["buying.sold_out", title];
            case "not_for_sale" when title is not null:
                return words["buying.not_for_sale", title];
            case "price_changed" when MoneyIn(refusal, "oldTotal", words) is { } old && MoneyIn(refusal, "newTotal", words) is { } now:
                return words["buying.price_changed", old, now];
            case "coupons_refused":
                var why = refusal.Errors?.Values.FirstOrDefault()?.FirstOrDefault();
                return words.Find($"problems.{why}") ?? words.Of(refusal);
            default:
                return words.Of(refusal);
        }
    }

    private static long LeftIn(ApiRefusal refusal) =>
        refusal.More?.GetValueOrDefault("left") is { ValueKind: JsonValueKind.Number } left && left.TryGetInt64(out var number)
            ? number : 0;

    private static string? MoneyIn(ApiRefusal refusal, string name, Words words) =>
        refusal.More?.GetValueOrDefault(name) is { ValueKind: JsonValueKind.Object } money
            && money.TryGetProperty("amount", out var amount) && money.TryGetProperty("currency", out var currency)
            ? Format.Money(amount.GetInt64(), currency.GetString()!, words.Language) : null;
}
