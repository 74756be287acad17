using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Doorbuster.Catalog;

/// <summary>What a merchant knows of a product beside its fields: a JSON object, bounded in every direction.</summary>
internal static class Attributes
{
    public const int BytesMax = 8 * 1024;
    public const int DepthMax = 4;
    public const int FieldsMax = 100;
    public const int NameMax = 80;
    public const int TextMax = 1_000;

    public const string Shape = "must be a JSON object of at most 8 KiB, 4 levels and 100 fields, names of 1 to 80 and texts of at most "
        + "1,000 characters without control characters";

    public static bool IsGood(JsonElement attributes)
    {
        var fields = 0;
        return attributes.ValueKind == JsonValueKind.Object
            && Encoding.UTF8.GetByteCount(attributes.GetRawText()) <= BytesMax
            && IsGood(attributes, 1, ref fields);
    }

    /// <summary>Null when the text is no such object.</summary>
    public static string? Parse(string json)
    {
        try
        {
            var attributes = JsonElement.Parse(json);
            return IsGood(attributes) ? attributes.GetRawText() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool IsGood(JsonElement value, int depth, ref int fields)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                if (depth > DepthMax)
                    return false;
                foreach (var field in value.EnumerateObject())
                    if (++fields > FieldsMax || field.Name.Length is 0 or > NameMax || field.Name.Any(char.IsControl)
                        || !IsGood(field.Value, depth + 1, ref fields))
                        return false;
                return true;
            case JsonValueKind.Array:
                if (depth > DepthMax)
                    return false;
                foreach (var item in value.EnumerateArray())
                    if (++fields > FieldsMax || !IsGood(item, depth + 1, ref fields))
                        return false;
                return true;
            case JsonValueKind.String:
                var text = value.GetString()!;
                return text.Length <= TextMax && !text.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t'));
            case JsonValueKind.Number:
                return value.TryGetDecimal(out _);    // more than that is no attribute, and 1e999999 would fill a page
            default:
                return true;
        }
    }
}

/// <summary>An attribute that a product must have: <c>colour:red</c>, <c>washing.degrees:40</c>. A value that reads as a number
/// or as true or false is looked for as that too.</summary>
/// <param name="AsText">The JSON object that contains it as a text.</param>
internal sealed record AttributeFilter(string AsText, string AsValue)
{
    public const int LengthMax = 200;

    /// <summary>Null when it is no name and value.</summary>
    public static AttributeFilter? Parse(string filter)
    {
        var colon = filter.IndexOf(':', StringComparison.Ordinal);
        if (colon < 1 || filter.Length > LengthMax || filter.Any(char.IsControl))
            return null;
        var (names, value) = (filter[..colon].Split('.'), filter[(colon + 1)..]);
        if (names.Length > Attributes.DepthMax || names.Any(name => name.Length == 0))
            return null;
        JsonNode text = JsonValue.Create(value);
        JsonNode other = bool.TryParse(value, out var yes) ? JsonValue.Create(yes)
            : decimal.TryParse(value, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                ? JsonValue.Create(number)
                : JsonValue.Create(value);
        return new(Nest(names, text), Nest(names, other));
    }

    private static string Nest(string[] names, JsonNode value)
    {
        for (var i = names.Length - 1; i >= 0; i--)
            value = new JsonObject { [names[i]] = value };
        return value.ToJsonString();
    }
}
