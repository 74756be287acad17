using System.Text.Json;
using System.Text.Json.Serialization;

namespace Doorbuster.Notices;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(NoticePage))]
[JsonSerializable(typeof(NoticeView))]
[JsonSerializable(typeof(MarkedRead))]
[JsonSerializable(typeof(MailPage))]
[JsonSerializable(typeof(NoticesOverviewView))]
[JsonSerializable(typeof(List<NoticeView>))]
[JsonSerializable(typeof(NoticeCommand.Exported))]
internal sealed partial class NoticesJson : JsonSerializerContext;
