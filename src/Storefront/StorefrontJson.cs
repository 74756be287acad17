using System.Text.Json;
using System.Text.Json.Serialization;
using Doorbuster.Storefront.Api;

namespace Doorbuster.Storefront;

/// <summary>What the first pages read and send. A page may have a context of its own in its folder.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(ApiRefusal))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(ApiCategories))]
[JsonSerializable(typeof(ApiProduct))]
[JsonSerializable(typeof(ApiProducts))]
[JsonSerializable(typeof(ApiFacets))]
[JsonSerializable(typeof(ApiAlsoBought))]
[JsonSerializable(typeof(ApiSale))]
[JsonSerializable(typeof(ApiSales))]
[JsonSerializable(typeof(ApiSignIn))]
[JsonSerializable(typeof(ApiRegister))]
[JsonSerializable(typeof(ApiSignedIn))]
[JsonSerializable(typeof(ApiPerson))]
[JsonSerializable(typeof(ApiMe))]
[JsonSerializable(typeof(ApiCartSize))]
[JsonSerializable(typeof(Layout.Summary))]
internal sealed partial class StorefrontJson : JsonSerializerContext;
