using System.Buffers;
using System.Text.Json;

namespace Doorbuster.UserCenter;

/// <summary>The answer: a field for each part that could be had, and the names of the others.</summary>
internal static class OverviewDocument
{
    public const string Missing = "missing";
    public const string Stale = "stale";

    /// <summary>The same parts give the same bytes, so that their hash can be the version.</summary>
    public static byte[] Write(IReadOnlyList<PartResult> parts)
    {
        var body = new ArrayBufferWriter<byte>(256 + parts.Sum(part => part.Value.Length));
        using var json = new Utf8JsonWriter(body);
        json.WriteStartObject();
        foreach (var part in parts.Where(part => part.HasValue))
        {
            json.WritePropertyName(part.Name);
            json.WriteRawValue(part.Value.Span, skipInputValidation: true);    // checked when it was loaded
        }
        WriteNames(json, Missing, parts.Where(part => part.State == PartState.Missing));
        WriteNames(json, Stale, parts.Where(part => part.State is PartState.Stale or PartState.Provisional));
        json.WriteEndObject();
        json.Flush();
        return body.WrittenSpan.ToArray();
    }

    public static bool IsOneValue(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            return reader.Read() && reader.TrySkip() && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static void WriteNames(Utf8JsonWriter json, string field, IEnumerable<PartResult> parts)
    {
        json.WriteStartArray(field);
        foreach (var part in parts)
            json.WriteStringValue(part.Name);
        json.WriteEndArray();
    }
}
