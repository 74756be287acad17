using System.Text.Json;
using System.Text.Json.Serialization;

namespace Doorbuster.RedPackets;

[JsonSerializable(typeof(PacketViews.Packet))]
[JsonSerializable(typeof(PacketViews.Packets))]
[JsonSerializable(typeof(PacketViews.Grabs))]
[JsonSerializable(typeof(PacketViews.Audit))]
[JsonSerializable(typeof(PacketViews.Kept))]
[JsonSerializable(typeof(PacketViews.Overview))]
[JsonSerializable(typeof(PacketViews.ImportReport))]
[JsonSerializable(typeof(PacketViews.WrittenFile))]
[JsonSerializable(typeof(SendPacket.Request), TypeInfoPropertyName = "SendRequest")]
[JsonSerializable(typeof(GrabPart.Response), TypeInfoPropertyName = "GrabAnswer")]
[JsonSerializable(typeof(GrabPart.Accepted), TypeInfoPropertyName = "GrabAccepted")]
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
internal sealed partial class RedPacketsJson : JsonSerializerContext;
