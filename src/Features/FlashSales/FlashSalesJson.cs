using System.Text.Json;
using System.Text.Json.Serialization;

namespace Doorbuster.FlashSales;

[JsonSerializable(typeof(SaleViews.Shop))]
[JsonSerializable(typeof(SaleViews.Console))]
[JsonSerializable(typeof(SaleViews.Audit))]
[JsonSerializable(typeof(SaleViews.Shown))]
[JsonSerializable(typeof(SaleViews.Administered))]
[JsonSerializable(typeof(GetTime.Response), TypeInfoPropertyName = "TimeResponse")]
[JsonSerializable(typeof(GetTicket.Response), TypeInfoPropertyName = "TicketResponse")]
[JsonSerializable(typeof(GetSaleState.Response), TypeInfoPropertyName = "StateResponse")]
[JsonSerializable(typeof(FollowSale.Message), TypeInfoPropertyName = "SaleMessage")]
[JsonSerializable(typeof(WatchTicket.Message), TypeInfoPropertyName = "TicketMessage")]
[JsonSerializable(typeof(ClaimUnits.Request), TypeInfoPropertyName = "ClaimRequest")]
[JsonSerializable(typeof(ClaimUnits.Response), TypeInfoPropertyName = "ClaimAnswer")]
[JsonSerializable(typeof(ClaimUnits.Accepted), TypeInfoPropertyName = "ClaimAccepted")]
[JsonSerializable(typeof(ReadFigures.Response), TypeInfoPropertyName = "FiguresResponse")]
[JsonSerializable(typeof(CreateSale.Request), TypeInfoPropertyName = "CreateRequest")]
[JsonSerializable(typeof(ChangeSale.Request), TypeInfoPropertyName = "ChangeRequest")]
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
internal sealed partial class FlashSalesJson : JsonSerializerContext;
