using System.Text.Json;
using System.Text.Json.Serialization;

namespace Doorbuster.UserCenter;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(GetOverview.Response), TypeInfoPropertyName = "GetOverviewResponse")]
[JsonSerializable(typeof(NoteView.Request), TypeInfoPropertyName = "NoteViewRequest")]
[JsonSerializable(typeof(ViewedProducts))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
internal sealed partial class UserCenterJson : JsonSerializerContext;
