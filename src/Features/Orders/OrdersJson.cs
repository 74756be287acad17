using System.Text.Json;
using System.Text.Json.Serialization;

namespace Doorbuster.Orders;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(OrderLine[]))]
[JsonSerializable(typeof(OrderStep[]))]
[JsonSerializable(typeof(PlaceOrder.Request))]
[JsonSerializable(typeof(OrderView))]
[JsonSerializable(typeof(OrderPage))]
internal sealed partial class OrdersJson : JsonSerializerContext;
