using System.Text.Json;
using System.Text.Json.Serialization;
using Doorbuster.Contracts.Orders;

namespace Doorbuster.Orders;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Adjustment[]))]
[JsonSerializable(typeof(OrderLine[]))]
[JsonSerializable(typeof(OrderStep[]))]
[JsonSerializable(typeof(PlaceOrder.Request))]
[JsonSerializable(typeof(PostalAddress))]
[JsonSerializable(typeof(OrderView))]
[JsonSerializable(typeof(OrderPage))]
internal sealed partial class OrdersJson : JsonSerializerContext;
