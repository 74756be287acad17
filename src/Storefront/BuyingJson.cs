using System.Text.Json;
using System.Text.Json.Serialization;
using Doorbuster.Storefront.Api;

namespace Doorbuster.Storefront;

/// <summary>What the pages from the cart to the order read and send. What is null is not sent: it stays as it is.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, RespectRequiredConstructorParameters = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ApiCart))]
[JsonSerializable(typeof(ApiCartAddition))]
[JsonSerializable(typeof(ApiQuantity))]
[JsonSerializable(typeof(ApiCheckout))]
[JsonSerializable(typeof(ApiWish))]
[JsonSerializable(typeof(ApiAddresses))]
[JsonSerializable(typeof(ApiShippingMethods))]
[JsonSerializable(typeof(ApiCouponClaimed))]
[JsonSerializable(typeof(ApiCoupons))]
[JsonSerializable(typeof(ApiCode))]
[JsonSerializable(typeof(ApiWallet))]
[JsonSerializable(typeof(ApiOrder))]
[JsonSerializable(typeof(ApiPayment))]
[JsonSerializable(typeof(ApiPayments))]
[JsonSerializable(typeof(ApiPaymentWish))]
[JsonSerializable(typeof(ApiReturn))]
internal sealed partial class BuyingJson : JsonSerializerContext;
