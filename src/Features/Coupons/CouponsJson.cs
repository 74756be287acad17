using System.Text.Json;
using System.Text.Json.Serialization;

namespace Doorbuster.Coupons;

[JsonSerializable(typeof(CouponViews.Offers))]
[JsonSerializable(typeof(CouponViews.Mine))]
[JsonSerializable(typeof(IReadOnlyList<CouponViews.Mine>))]
[JsonSerializable(typeof(CouponViews.MinePage))]
[JsonSerializable(typeof(CouponViews.Pending))]
[JsonSerializable(typeof(CouponViews.Administered))]
[JsonSerializable(typeof(CouponViews.Console))]
[JsonSerializable(typeof(CouponViews.Audit))]
[JsonSerializable(typeof(CouponViews.Codes))]
[JsonSerializable(typeof(CouponViews.Generated))]
[JsonSerializable(typeof(CouponViews.ImportedCodes))]
[JsonSerializable(typeof(CouponViews.Overview))]
[JsonSerializable(typeof(TemplateCsvReport))]
[JsonSerializable(typeof(CouponCommand.WrittenFile))]
[JsonSerializable(typeof(ClaimCoupon.ByCode))]
[JsonSerializable(typeof(CreateTemplate.Request), TypeInfoPropertyName = "CreateRequest")]
[JsonSerializable(typeof(ChangeTemplate.Request), TypeInfoPropertyName = "ChangeRequest")]
[JsonSerializable(typeof(MakeCodes.Request), TypeInfoPropertyName = "CodesRequest")]
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
internal sealed partial class CouponsJson : JsonSerializerContext;
