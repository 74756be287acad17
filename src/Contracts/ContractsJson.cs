using System.Text.Json;
using System.Text.Json.Serialization;
using Doorbuster.Contracts.Audit;
using Doorbuster.Contracts.Catalog;
using Doorbuster.Contracts.Claims;
using Doorbuster.Contracts.Notices;
using Doorbuster.Contracts.Orders;
using Doorbuster.Contracts.Payments;
using Doorbuster.Contracts.People;

namespace Doorbuster.Contracts;

/// <summary>How messages are written. A message type that is not listed here cannot be sent.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(AuditNoted))]
[JsonSerializable(typeof(CatalogChanged))]
[JsonSerializable(typeof(ClaimsMade))]
[JsonSerializable(typeof(ClaimsReleased))]
[JsonSerializable(typeof(OrdersChanged))]
[JsonSerializable(typeof(OrdersMoved))]
[JsonSerializable(typeof(PaymentCaptured))]
[JsonSerializable(typeof(PaymentRefunded))]
[JsonSerializable(typeof(PersonChanged))]
[JsonSerializable(typeof(PersonErased))]
[JsonSerializable(typeof(RefundPayment))]
[JsonSerializable(typeof(SendNotice))]
[JsonSerializable(typeof(TakeOrderBack))]
public sealed partial class ContractsJson : JsonSerializerContext;
