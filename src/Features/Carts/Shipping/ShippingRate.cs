namespace Doorbuster.Carts;

/// <summary>What a way of shipping costs to a country.</summary>
/// <param name="Country"><see cref="Elsewhere"/>: wherever the method has no rate of its own.</param>
/// <param name="FreeFromMinor">Of the goods after discounts; null: never free.</param>
internal sealed record ShippingRate(
    string Method, string Country, string Currency, string Title, long PriceMinor, long? FreeFromMinor, int Version = 1)
{
    public const string Elsewhere = "ZZ";    // ISO 3166 leaves it to its users

    public const string MethodShape = "^[a-z0-9][a-z0-9_-]{0,31}$";
    public const string CountryShape = "^[A-Z]{2}$";
    public const string CurrencyShape = "^[A-Z]{3}$";
    public const string TitleShape = @"^[^\p{Cc}]*[^\s\p{Cc}][^\p{Cc}]*$";
    public const int TitleMax = 80;
    public const long PriceMax = 1_000_000_000;

    public string Tag => $"\"{Version}\"";

    public long PriceFor(long goodsMinor) => goodsMinor >= FreeFromMinor ? 0 : PriceMinor;
}
