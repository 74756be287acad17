using System.Text.Json;
using System.Text.Json.Serialization;
using Doorbuster.Storefront.Api;
using Doorbuster.Storefront.Console.Tables;

namespace Doorbuster.Storefront.Console.Pricing;

public sealed record RunGroup(string Code, string Name, long Members, long Version, DateTimeOffset MadeAt);

public sealed record RunMember(string Id, string Email, string DisplayName, DateTimeOffset AddedAt);

public sealed record NewGroup(string Code, string Name);

public sealed record GroupName(string Name);

public sealed record RunPriceList(
    string Code, string Name, string Currency, string Group, int Priority, DateTimeOffset? From, DateTimeOffset? Until, bool Active,
    long Prices, long Version, DateTimeOffset UpdatedAt)
{
    /// <summary>A word of the console.</summary>
    public string StateAt(DateTimeOffset now) => !Active ? "off" : now < From ? "coming" : Until <= now ? "over" : "running";
}

public sealed record RunListedPrice(string Sku, string Title, ApiMoney Price, ApiMoney ListPrice);

public sealed record NewPriceList(
    string Code, string Name, string Currency, string Group, int Priority, string? From, string? Until, bool Active);

public sealed record PriceListText(string Name, string Group, int Priority, string? From, string? Until, bool Active);

public sealed record ListedPriceText(ApiMoney Price);

/// <summary>Who has an address, as far as it is needed to find him.</summary>
public sealed record FoundPerson(string Id, string Email);

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, RespectRequiredConstructorParameters = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ApiList<RunGroup>), TypeInfoPropertyName = "GroupList")]
[JsonSerializable(typeof(ApiList<RunMember>), TypeInfoPropertyName = "MemberList")]
[JsonSerializable(typeof(ApiList<RunPriceList>), TypeInfoPropertyName = "PriceLists")]
[JsonSerializable(typeof(ApiList<RunListedPrice>), TypeInfoPropertyName = "ListedPrices")]
[JsonSerializable(typeof(ApiList<FoundPerson>), TypeInfoPropertyName = "FoundPeople")]
[JsonSerializable(typeof(RunGroup))]
[JsonSerializable(typeof(NewGroup))]
[JsonSerializable(typeof(GroupName))]
[JsonSerializable(typeof(RunPriceList))]
[JsonSerializable(typeof(NewPriceList))]
[JsonSerializable(typeof(PriceListText))]
[JsonSerializable(typeof(ListedPriceText))]
internal sealed partial class PricingJson : JsonSerializerContext;
