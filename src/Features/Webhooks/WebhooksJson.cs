using System.Text.Json;
using System.Text.Json.Serialization;

namespace Doorbuster.Webhooks;

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never)]
[JsonSerializable(typeof(WebhookBodies.Envelope<WebhookBodies.OrderMoved>), TypeInfoPropertyName = "EnvelopeOrderMoved")]
[JsonSerializable(
    typeof(WebhookBodies.Envelope<WebhookBodies.PaymentMoved>), TypeInfoPropertyName = "EnvelopePaymentMoved")]
[JsonSerializable(typeof(WebhookBodies.Envelope<WebhookBodies.Tested>), TypeInfoPropertyName = "EnvelopeTested")]
[JsonSerializable(typeof(CreateEndpoint.Request), TypeInfoPropertyName = "CreateEndpointRequest")]
[JsonSerializable(typeof(ChangeEndpoint.Request), TypeInfoPropertyName = "ChangeEndpointRequest")]
[JsonSerializable(typeof(Replay.Request), TypeInfoPropertyName = "ReplayRequest")]
[JsonSerializable(typeof(EndpointView))]
[JsonSerializable(typeof(EndpointWithSecret))]
[JsonSerializable(typeof(EndpointPage))]
[JsonSerializable(typeof(SecretView))]
[JsonSerializable(typeof(DeliveryView))]
[JsonSerializable(typeof(DeliveryPage))]
[JsonSerializable(typeof(DeliveryDetail))]
[JsonSerializable(typeof(ReplayedView))]
[JsonSerializable(typeof(TestedView))]
internal sealed partial class WebhooksJson : JsonSerializerContext;
