using System.ComponentModel.DataAnnotations;
using Doorbuster.Contracts.Orders;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;

namespace Doorbuster.Carts;

internal static class Wishes
{
    public const int CouponsMax = 10;
    public const int EmailMax = 254;
    public const string EmailShape = @"^[^@\s\p{Cc}]{1,64}@[^@\s\p{Cc}.]+(\.[^@\s\p{Cc}.]+)+$";
    public const string EmailAdvice = "must be an e-mail address";

    internal const string Line = @"^[^\p{Cc}]*[^\s\p{Cc}][^\p{Cc}]*$";
    internal const string Advice = "must have a letter or sign, and no control characters";

    /// <summary>Where it goes.</summary>
    /// <param name="Country">ISO 3166-1 alpha-2.</param>
    public sealed record AddressRequest(
        [StringLength(100, MinimumLength = 1), RegularExpression(Line, ErrorMessage = Advice)] string Name,
        [StringLength(200, MinimumLength = 1), RegularExpression(Line, ErrorMessage = Advice)] string Line1,
        [StringLength(100, MinimumLength = 1), RegularExpression(Line, ErrorMessage = Advice)] string City,
        [StringLength(20, MinimumLength = 1), RegularExpression(Line, ErrorMessage = Advice)] string PostalCode,
        [RegularExpression("^[A-Z]{2}$", ErrorMessage = "must be two capital letters, as in ISO 3166")] string Country,
        [StringLength(200), RegularExpression(Line, ErrorMessage = Advice)] string? Line2 = null,
        [StringLength(100), RegularExpression(Line, ErrorMessage = Advice)] string? Region = null)
    {
        internal PostalAddress Address => new(
            Name.Trim(), Line1.Trim(), Line2?.Trim(), City.Trim(), Region?.Trim(), PostalCode.Trim(), Country);
    }

    /// <summary>Null when they are good.</summary>
    public static Problem? TryReadCoupons(IReadOnlyList<string> texts, out IReadOnlyList<long> coupons)
    {
        var read = new List<long>(texts.Count);
        coupons = read;
        foreach (var text in texts)
        {
            if (!PublicId.TryParse(CouponId.Prefix, text, out var coupon))
                return Problems.CouponsRefused with
                {
                    Errors = new Dictionary<string, string[]> { [text ?? "null"] = ["coupon_unknown"] },
                };
            if (read.Contains(coupon))
                return WebProblems.Invalid("coupons", "names a coupon twice");
            read.Add(coupon);
        }
        return null;
    }

    /// <summary>What is refused of a price, as a problem.</summary>
    public static Problem ProblemOf(Pricing pricing) => pricing switch
    {
        Pricing.NotSold { Sku: var sku } => BuyingProblems.NotSold(sku),
        Pricing.MixedCurrencies => BuyingProblems.MixedCurrencies,
        Pricing.NoSuchShipping => Problems.NoSuchShipping,
        Pricing.CouponsRefused { Why: var why } => Problems.CouponsRefused with
        {
            Errors = why.ToDictionary(
                one => PublicId.Format(CouponId.Prefix, one.Key), one => new[] { one.Value }),
        },
        _ => throw new ArgumentOutOfRangeException(nameof(pricing), pricing, "Not refused."),
    };
}
