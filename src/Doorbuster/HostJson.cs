using System.Text.Json.Serialization;
using Doorbuster.Checks;
using Doorbuster.Commands;
using Doorbuster.Platform.Embedded;

namespace Doorbuster;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RunningInstallation))]
[JsonSerializable(typeof(Migrate.Migrated))]
[JsonSerializable(typeof(Report))]
internal sealed partial class HostJson : JsonSerializerContext;
