using System.Text.Json;
using System.Text.Json.Serialization;
using Doorbuster.Payments.Sandbox;

namespace Doorbuster.Payments;

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(StartPayment.Request), TypeInfoPropertyName = "StartPaymentRequest")]
[JsonSerializable(typeof(PaymentView))]
[JsonSerializable(typeof(PaymentList))]
[JsonSerializable(typeof(WebhookEvent))]
[JsonSerializable(typeof(CreateCharge.Request), TypeInfoPropertyName = "CreateChargeRequest")]
[JsonSerializable(typeof(ChargeView))]
[JsonSerializable(typeof(CreateRefund.Request), TypeInfoPropertyName = "CreateRefundRequest")]
[JsonSerializable(typeof(RefundView))]
[JsonSerializable(typeof(TransactionPage))]
[JsonSerializable(typeof(ReconcileReport))]
[JsonSerializable(typeof(ExportReport))]
[JsonSerializable(typeof(List<PaymentView>), TypeInfoPropertyName = "PaymentViews")]
internal sealed partial class PaymentsJson : JsonSerializerContext;
