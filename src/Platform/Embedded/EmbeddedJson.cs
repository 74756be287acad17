using System.Text.Json.Serialization;

namespace Doorbuster.Platform.Embedded;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(InstallationRecord))]
[JsonSerializable(typeof(RunningInstallation))]
internal sealed partial class EmbeddedJson : JsonSerializerContext;
