using System.Text.Json;
using System.Text.Json.Serialization;
using Doorbuster.Storefront.Api;
using Doorbuster.Storefront.Console.Tables;

namespace Doorbuster.Storefront.Console.Sales;

/// <param name="State">What is wanted: <c>open</c> (when it is time), <c>paused</c>, <c>closed</c>, <c>preparing</c>.</param>
/// <param name="Phase">What people see: <c>announced</c>, <c>open</c>, <c>paused</c>, <c>sold_out</c>, <c>ended</c>.</param>
public sealed record RunSale(
    string Id, string Sku, string Title, long Units, int? LimitPerPerson, ApiMoney Price, int HoldSeconds, DateTimeOffset OpensAt,
    DateTimeOffset? ClosesAt, string State, string Phase, bool Pending, int Version);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ApiList<RunSale>), TypeInfoPropertyName = "SaleList")]
internal sealed partial class ConsoleSalesJson : JsonSerializerContext;
