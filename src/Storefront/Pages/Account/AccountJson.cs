using System.Text.Json;
using System.Text.Json.Serialization;

namespace Doorbuster.Storefront.Pages.Account;

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, RespectRequiredConstructorParameters = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MyOverview))]
[JsonSerializable(typeof(MyProfile))]
[JsonSerializable(typeof(MyProfileChange))]
[JsonSerializable(typeof(MyPage<MyOrder>), TypeInfoPropertyName = "Orders")]
[JsonSerializable(typeof(MyToday))]
[JsonSerializable(typeof(MySignedIn))]
[JsonSerializable(typeof(MyMonth))]
[JsonSerializable(typeof(MyPoints))]
[JsonSerializable(typeof(MyPage<MyPointsMove>), TypeInfoPropertyName = "PointsMoves")]
[JsonSerializable(typeof(MyWallet))]
[JsonSerializable(typeof(MyPage<MyMovement>), TypeInfoPropertyName = "Movements")]
[JsonSerializable(typeof(MyPage<MyCoupon>), TypeInfoPropertyName = "Coupons")]
[JsonSerializable(typeof(MyPage<MyCouponOffer>), TypeInfoPropertyName = "CouponOffers")]
[JsonSerializable(typeof(MyCouponClaimed))]
[JsonSerializable(typeof(MyCouponCode))]
[JsonSerializable(typeof(MyNotices))]
[JsonSerializable(typeof(MyNotice))]
[JsonSerializable(typeof(MyPacket))]
[JsonSerializable(typeof(MyPage<MyPacket>), TypeInfoPropertyName = "Packets")]
[JsonSerializable(typeof(MyPage<MyGrab>), TypeInfoPropertyName = "Grabs")]
[JsonSerializable(typeof(MyGrabAnswer))]
[JsonSerializable(typeof(MyNewPacket))]
[JsonSerializable(typeof(MyAddress))]
[JsonSerializable(typeof(MyAddressChange))]
[JsonSerializable(typeof(MyList<MyAddress>), TypeInfoPropertyName = "Addresses")]
[JsonSerializable(typeof(MyList<MySession>), TypeInfoPropertyName = "Sessions")]
[JsonSerializable(typeof(MyPasswordChange))]
[JsonSerializable(typeof(MyErasure))]
internal sealed partial class AccountJson : JsonSerializerContext;
