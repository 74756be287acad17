using System.Text.Json;
using System.Text.Json.Serialization;

namespace Doorbuster.Platform.Web;

/// <summary>Times go out in UTC with a Z, whatever offset they came with; one that comes in says its offset.</summary>
public sealed class UtcTimes : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetDateTimeOffset();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime);
}
