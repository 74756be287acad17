using System.Globalization;
using Doorbuster.Storefront.Api;
using Doorbuster.Storefront.Languages;
using Doorbuster.Storefront.Parts;
using Doorbuster.Storefront.Rendering;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.Storefront.Pages.Checkout;

/// <summary>The one form of the checkout: what was written into it, as the API takes it.</summary>
internal static class CheckoutForm
{
    private const int CouponsMax = 10;

    private static readonly string[] AddressFields = ["name", "line1", "city", "postalCode"];

    /// <summary>What the API names differently.</summary>
    private const string OfAddress = "shipTo.";

    /// <summary>The fields as they are to begin with.</summary>
    public static FormState Of(ApiCheckout checkout, string country) => FormState.With(
        ("email", checkout.Email), ("name", checkout.ShipTo?.Name), ("line1", checkout.ShipTo?.Line1),
        ("line2", checkout.ShipTo?.Line2), ("city", checkout.ShipTo?.City), ("region", checkout.ShipTo?.Region),
        ("postalCode", checkout.ShipTo?.PostalCode), ("country", checkout.ShipTo?.Country ?? country));

    /// <summary>Fields that must be filled in and are not, with what to write there.</summary>
    public static Dictionary<string, string> Missing(IFormCollection sent, Words words) => AddressFields.Prepend("email")
        .Where(field => string.IsNullOrWhiteSpace(sent[field]))
        .ToDictionary(field => field, field => WordsOf(field, words));

    /// <summary>What the API found wrong, by the form's own names.</summary>
    public static Dictionary<string, string> Errors(ApiRefusal refusal, Words words)
    {
        var errors = new Dictionary<string, string>();
        foreach (var field in refusal.Errors?.Keys ?? Enumerable.Empty<string>())
        {
            var name = field.StartsWith(OfAddress, StringComparison.OrdinalIgnoreCase) ? field[OfAddress.Length..] : field;
            errors[name] = WordsOf(name, words);
        }
        return errors;
    }

    /// <summary>The address is left out as long as it is not whole: then nothing is known of what its delivery costs.</summary>
    /// <param name="points">All that one has; null: not known now, so those in use stay.</param>
    public static ApiWish Wish(PageRequest request, long? points) => new()
    {
        Email = request.Text("email"),
        ShipTo = Array.TrueForAll(AddressFields, field => request.Text(field) is not null)
            ? new(
                request.Field("name"), request.Field("line1"), request.Field("city"), request.Field("postalCode"),
                request.Field("country"), request.Text("line2"), request.Text("region"))
            : null,
        ShippingMethod = request.Text("shippingMethod"),
        Coupons = [.. request.Form["coupons"].OfType<string>().Where(id => id.Length > 0).Distinct().Take(CouponsMax)],
        Points = request.Form.ContainsKey("points") ? points : 0,
        Wallet = request.Form.ContainsKey("wallet"),
    };

    /// <summary>The total that was on the page when the form was sent; null when it says none.</summary>
    public static long? ShownTotal(IFormCollection sent) =>
        long.TryParse(sent["shown"], NumberStyles.None, CultureInfo.InvariantCulture, out var total) ? total : null;

    private static string WordsOf(string field, Words words) => words.Find($"parts.wrong.{field}") ?? words["parts.wrong.field"];
}
