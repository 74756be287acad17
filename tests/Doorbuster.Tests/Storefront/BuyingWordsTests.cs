using System.Text.Json;
using Doorbuster.Storefront;
using Doorbuster.Storefront.Api;
using Doorbuster.Storefront.Languages;
using Doorbuster.Storefront.Pages.Cart;

namespace Doorbuster.Tests.Storefront;

/// <summary>Refusals of buying, as the API sends them, in words that say which thing it is and what to do next.</summary>
public sealed class BuyingWordsTests
{
    [Theory]
    [InlineData("""{"code":"out_of_stock","sku":"KIT-1"}""", "“Mug” has just sold out")]
    [InlineData("""{"code":"out_of_stock","sku":"KIT-1","left":0}""", "“Mug” has just sold out")]
    [InlineData("""{"code":"out_of_stock","sku":"KIT-1","left":2}""", "only 2 left of “Mug”")]
    [InlineData("""{"code":"out_of_stock"}""", "not enough of it left")]
    [InlineData("""{"code":"not_for_sale","sku":"KIT-1"}""", "“Mug” is no longer for sale")]
    [InlineData(
        """{"code":"price_changed","oldTotal":{"amount":1000,"currency":"GBP"},"newTotal":{"amount":1250,"currency":"GBP"}}""",
        "it was £10.00, now it is £12.50")]
    [InlineData("""{"code":"quote_expired"}""", "worked the total out again")]
    [InlineData("""{"code":"coupons_refused","errors":{"cpn_1":["coupon_minimum_not_met"]}}""", "needs a larger order")]
    [InlineData("""{"code":"coupons_refused","errors":{"cpn_1":["coupon_of_another_kind"]}}""", "can't be used here")]
    [InlineData("""{"code":"coupon_taken"}""", "in use by another order")]
    [InlineData("""{"code":"payment_provider_away"}""", "nothing was charged")]
    [InlineData("""{"code":"order_not_payable"}""", "time to pay is over")]
    public void Say_which_thing_it_is_and_what_to_do(string sent, string said) =>
        Assert.Contains(said, Say(sent, Language.English), StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"code":"out_of_stock","sku":"KIT-1"}""", "“Mug”刚刚售罄")]
    [InlineData("""{"code":"coupons_refused","errors":{"cpn_1":["coupon_expired"]}}""", "已过期")]
    public void In_Chinese_too(string sent, string said) =>
        Assert.Contains(said, Say(sent, Language.Chinese), StringComparison.Ordinal);

    private static string Say(string sent, Language language) => BuyingWords.Of(
        Words.In(language), JsonSerializer.Deserialize(sent, StorefrontJson.Default.ApiRefusal)!,
        sku => sku == "KIT-1" ? "Mug" : sku);
}
