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

public sealed record NewSale(
    string Sku, long Units, ApiMoney Price, string OpensAt, string? ClosesAt, int? LimitPerPerson, int? HoldSeconds);

public sealed record SaleChange(string? State = null, long? Units = null, string? OpensAt = null, string? ClosesAt = null);

public sealed record SaleAudit(
    long? Offered, long Kept, long Held, long? Free, long InFlight, long? Drift, long PeopleOverLimit, long DuplicateKeys,
    long LedgerMismatch, bool Clean);

public sealed record SaleFigures(
    string Id, string Phase, int Version, DateTimeOffset At, long Units, long? Left, UnitCount? Count,
    IReadOnlyDictionary<string, long> Requests, ClaimTimes Times, Pipeline Pipeline);

public sealed record UnitCount(DateTimeOffset At, long Kept, long Held, long? Free, long? Drift);

public sealed record ClaimTimes(IReadOnlyList<double> BoundsSeconds, IReadOnlyList<long> Counts);

public sealed record Pipeline(long Waiting, double OldestSeconds, long Retrying, long Dead);

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, RespectRequiredConstructorParameters = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ApiList<RunSale>), TypeInfoPropertyName = "SaleList")]
[JsonSerializable(typeof(RunSale))]
[JsonSerializable(typeof(NewSale))]
[JsonSerializable(typeof(SaleChange))]
[JsonSerializable(typeof(SaleAudit))]
[JsonSerializable(typeof(SaleFigures))]
[JsonSerializable(typeof(LiveFigures))]
internal sealed partial class ConsoleSalesJson : JsonSerializerContext;
