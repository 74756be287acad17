using System.Text.Json;
using System.Text.Json.Serialization;
using Doorbuster.Platform.Web;

namespace Doorbuster.SignIn;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, Converters = [typeof(UtcTimes)])]
[JsonSerializable(typeof(SignInToday.Response), TypeInfoPropertyName = "SignInTodayResponse")]
[JsonSerializable(typeof(GetMonth.Response), TypeInfoPropertyName = "GetMonthResponse")]
[JsonSerializable(typeof(GetToday.Response), TypeInfoPropertyName = "GetTodayResponse")]
[JsonSerializable(typeof(PointsView))]
[JsonSerializable(typeof(ReadPoints.Page), TypeInfoPropertyName = "PointsPage")]
[JsonSerializable(typeof(SignInPart.View), TypeInfoPropertyName = "SignInView")]
[JsonSerializable(typeof(List<SignInPart.ExportedDay>))]
[JsonSerializable(typeof(SignInCommand.Exported))]
internal sealed partial class SignInJson : JsonSerializerContext;
