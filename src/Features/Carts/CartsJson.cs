using System.Text.Json;
using System.Text.Json.Serialization;

namespace Doorbuster.Carts;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(IReadOnlyList<CartLine>))]
[JsonSerializable(typeof(IReadOnlyList<Addition>))]
[JsonSerializable(typeof(CartView))]
[JsonSerializable(typeof(AddToCart.Request), TypeInfoPropertyName = "AddRequest")]
[JsonSerializable(typeof(ChangeCart.Request), TypeInfoPropertyName = "ChangeCartRequest")]
[JsonSerializable(typeof(MergeCart.Request), TypeInfoPropertyName = "MergeRequest")]
[JsonSerializable(typeof(Wish))]
[JsonSerializable(typeof(Quote))]
[JsonSerializable(typeof(SkuOnly[]))]
[JsonSerializable(typeof(CheckoutView))]
[JsonSerializable(typeof(StartCheckout.Request), TypeInfoPropertyName = "StartRequest")]
[JsonSerializable(typeof(ChangeCheckout.Request), TypeInfoPropertyName = "ChangeCheckoutRequest")]
[JsonSerializable(typeof(ListShippingMethods.Response), TypeInfoPropertyName = "ShippingMethods")]
[JsonSerializable(typeof(AdministerShipping.Response), TypeInfoPropertyName = "ShippingRates")]
[JsonSerializable(typeof(AdministerShipping.Request), TypeInfoPropertyName = "ShippingRateRequest")]
[JsonSerializable(typeof(PersonalCart))]
internal sealed partial class CartsJson : JsonSerializerContext;
