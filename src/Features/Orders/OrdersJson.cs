using System.Text.Json;
using System.Text.Json.Serialization;
using Doorbuster.Contracts.Orders;
using Doorbuster.Orders.Administration;
using Doorbuster.Orders.Projections;
using Doorbuster.Orders.Sharding;

namespace Doorbuster.Orders;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Adjustment[]))]
[JsonSerializable(typeof(OrderLine[]))]
[JsonSerializable(typeof(OrderStep[]))]
[JsonSerializable(typeof(PlaceOrder.Request), TypeInfoPropertyName = "PlaceOrder")]
[JsonSerializable(typeof(PostalAddress))]
[JsonSerializable(typeof(Shipment))]
[JsonSerializable(typeof(ShipOrder.Request), TypeInfoPropertyName = "ShipOrder")]
[JsonSerializable(typeof(DecideReturn.Request), TypeInfoPropertyName = "DecideReturn")]
[JsonSerializable(typeof(RefundOrder.Request), TypeInfoPropertyName = "RefundOrder")]
[JsonSerializable(typeof(RefundOrder.Response))]
[JsonSerializable(typeof(RequestReturn.Request), TypeInfoPropertyName = "RequestReturn")]
[JsonSerializable(typeof(OrderView))]
[JsonSerializable(typeof(OrderPage))]
[JsonSerializable(typeof(OrderView[]))]
[JsonSerializable(typeof(OrderExportReport))]
[JsonSerializable(typeof(ReadReports.Products))]
[JsonSerializable(typeof(ReadReports.Days))]
[JsonSerializable(typeof(ReadReports.Customers))]
[JsonSerializable(typeof(AlsoBought.Response), TypeInfoPropertyName = "AlsoBought")]
[JsonSerializable(typeof(Rebuilt))]
[JsonSerializable(typeof(ShardList))]
[JsonSerializable(typeof(Moved))]
[JsonSerializable(typeof(AdminOrderPage))]
internal sealed partial class OrdersJson : JsonSerializerContext;
