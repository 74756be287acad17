using System.Buffers;
using System.Text.Json;
using Doorbuster.Platform.Web;

namespace Doorbuster.FlashSales;

/// <summary>Reads <c>{"quantity":1}</c> strictly, without objects: nothing else, nothing twice.</summary>
internal static class ClaimBody
{
    public const int LengthMax = 1_024;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = 2 };

    // Prepared, in an array, because each of them is the one refusal the catalog knows, with its field.
    private static readonly Problem[] Faults =
    [
        Problems.Invalid("body", $"is longer than {LengthMax} bytes"),
        Problems.Invalid("body", "is not valid JSON"),
        Problems.Invalid("body", "must be an object"),
        Problems.Invalid("quantity", "is required"),
        Problems.Invalid("quantity", "is given twice"),
        Problems.Invalid("quantity", "must be a whole number from 1 to 1000000"),
    ];

    public static Problem TooLong => Faults[0];
    public static Problem WrongQuantity => Faults[5];

    /// <summary>Null when <paramref name="quantity"/> is good.</summary>
    public static Problem? TryRead(in ReadOnlySequence<byte> body, out int quantity)
    {
        quantity = 0;
        var json = new Utf8JsonReader(body, Options);
        try
        {
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
                return Faults[2];
            var isGiven = false;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                if (!json.ValueTextEquals("quantity"u8))
                    return Problems.Invalid(Shortened(json.GetString()!), "is not a field of this request");
                if (isGiven)
                    return Faults[4];
                isGiven = true;
                if (!json.Read() || json.TokenType != JsonTokenType.Number
                    || !json.TryGetInt32(out quantity) || quantity is < 1 or > 1_000_000)
                    return Faults[5];
            }
            while (json.Read()) { }    // throws when anything follows the object
            return isGiven ? null : Faults[3];
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return Faults[1];    // the second: a field's name that is not UTF-8
        }
    }

    private static string Shortened(string name) => name.Length <= 40 ? name : name[..40] + "…";
}
