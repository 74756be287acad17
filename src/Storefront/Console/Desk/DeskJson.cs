using System.Text.Json;
using System.Text.Json.Serialization;
using Doorbuster.Storefront.Api;
using Doorbuster.Storefront.Console.Tables;

namespace Doorbuster.Storefront.Console.Desk;

public sealed record RunOrder(RunOrderFacts Order, string PersonId, bool IsGuest, string Kind);

public sealed record RunOrderFacts(
    string Id, string State, IReadOnlyList<RunLine> Lines, ApiMoney Total, ApiMoney Refunded, string? Email, DateTimeOffset PlacedAt,
    DateTimeOffset ChangedAt, RunShipment? Shipment, IReadOnlyList<RunStep>? History);

public sealed record RunLine(string Sku, string Title, int Quantity, ApiMoney Total);

public sealed record RunShipment(string? Carrier, string? TrackingNumber, string? TrackingUrl);

public sealed record RunStep(string To, string Reason, DateTimeOffset At);

public sealed record Shipping(string? Carrier, string? TrackingNumber);

public sealed record Refunding(string Reason, long? Amount);

public sealed record Returning(string Outcome);

public sealed record RunDiscount(long? Amount, int? PercentBasisPoints, string Currency);

public sealed record RunCoupon(
    string Id, string Handle, string Title, string ClaimBy, RunDiscount Discount, long? Total, long? Left, DateTimeOffset OpensAt,
    DateTimeOffset? ClosesAt, string State);

public sealed record RunPacket(
    string Id, string Title, ApiMoney Amount, int Parts, string Kind, DateTimeOffset OpensAt, DateTimeOffset ClosesAt, string Phase,
    long? Left);

public sealed record RunPerson(
    string Id, string Email, string DisplayName, bool IsAdmin, DateTimeOffset CreatedAt, DateTimeOffset? BlockedAt,
    string? BlockedBecause);

public sealed record Blocking(string Reason);

public sealed record RunLetter(
    string Id, string Consumer, string Type, string Error, int Attempts, DateTimeOffset MadeAt, DateTimeOffset DiedAt,
    JsonElement Body);

public sealed record RunEntry(
    long Seq, DateTimeOffset At, string Actor, string? Address, string Action, string Subject, JsonElement? Before,
    JsonElement? After);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, RespectRequiredConstructorParameters = false)]
[JsonSerializable(typeof(ApiList<RunOrder>), TypeInfoPropertyName = "OrderList")]
[JsonSerializable(typeof(ApiList<RunCoupon>), TypeInfoPropertyName = "CouponList")]
[JsonSerializable(typeof(ApiList<RunPacket>), TypeInfoPropertyName = "PacketList")]
[JsonSerializable(typeof(ApiList<RunPerson>), TypeInfoPropertyName = "PersonList")]
[JsonSerializable(typeof(ApiList<RunLetter>), TypeInfoPropertyName = "LetterList")]
[JsonSerializable(typeof(ApiList<RunEntry>), TypeInfoPropertyName = "EntryList")]
[JsonSerializable(typeof(Shipping))]
[JsonSerializable(typeof(Refunding))]
[JsonSerializable(typeof(Returning))]
[JsonSerializable(typeof(Blocking))]
internal sealed partial class DeskJson : JsonSerializerContext;
