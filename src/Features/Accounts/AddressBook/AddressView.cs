using System.ComponentModel.DataAnnotations;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;

namespace Doorbuster.Accounts;

/// <summary>What adding and changing have in common.</summary>
internal static class AddressForm
{
    private const string CountryAdvice = "must be a country's two letters as in ISO 3166-1, upper case";

    /// <summary>An address as it comes in.</summary>
    /// <param name="PostalCode">Left out where the country has none.</param>
    /// <param name="Country">ISO 3166-1 alpha-2, upper case.</param>
    /// <param name="IsDefault">True makes it the default instead of another. The first one always is.</param>
    public sealed record Request(
        [Required, StringLength(80, MinimumLength = 1), RegularExpression(Account.NameShape, ErrorMessage = Account.NameAdvice)] string Name,
        [Required, StringLength(120, MinimumLength = 1), RegularExpression(Account.NameShape, ErrorMessage = Account.NameAdvice)] string Line1,
        [Required, StringLength(80, MinimumLength = 1), RegularExpression(Account.NameShape, ErrorMessage = Account.NameAdvice)] string City,
        [Required, RegularExpression("^[A-Z]{2}$", ErrorMessage = CountryAdvice)] string Country,
        [StringLength(120, MinimumLength = 1), RegularExpression(Account.NameShape, ErrorMessage = Account.NameAdvice)] string? Line2 = null,
        [StringLength(80, MinimumLength = 1), RegularExpression(Account.NameShape, ErrorMessage = Account.NameAdvice)] string? Region = null,
        [StringLength(16, MinimumLength = 1), RegularExpression(Account.NameShape, ErrorMessage = Account.NameAdvice)] string? PostalCode = null,
        bool IsDefault = false)
    {
        // What the validation of single fields cannot see.
        internal Problem? Check() => Countries.Has(Country)
            ? null
            : WebProblems.Invalid("country", CountryAdvice);

        internal AddressText ToText() => new(
            Name.Trim(), Line1.Trim(), Line2?.Trim(), City.Trim(), Region?.Trim(), PostalCode?.Trim() ?? "", Country);
    }
}

internal sealed record AddressView(
    string Id, string Name, string Line1, string? Line2, string City, string? Region, string? PostalCode, string Country,
    bool IsDefault)
{
    public static AddressView Of(Address address) => new(
        PublicId.Format(Address.IdPrefix, address.Id), address.Text.Name, address.Text.Line1, address.Text.Line2,
        address.Text.City, address.Text.Region, address.Text.PostalCode is { Length: > 0 } code ? code : null,
        address.Text.Country, address.IsDefault);
}

internal sealed record AddressList(IReadOnlyList<AddressView> Data);
