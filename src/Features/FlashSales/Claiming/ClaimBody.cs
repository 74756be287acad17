using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.FlashSales;

/// <summary>Reads <c>{"quantity":1}</c> strictly, without objects: nothing else, nothing twice.</summary>
internal static class ClaimBody
{
    private const int LengthMax = 1_024;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = 2 };

    // Prepared, in an array, because each of them is the one refusal the catalog knows, with its field.
    private static readonly Problem[] Faults =
    [
        WebProblems.Invalid("body", $"is longer than {LengthMax} bytes"),
        WebProblems.Invalid("body", "is not valid JSON"),
        WebProblems.Invalid("body", "must be an object"),
        WebProblems.Invalid("quantity", "is required"),
        WebProblems.Invalid("quantity", "is given twice"),
        WebProblems.Invalid("quantity", "must be a whole number from 1 to 1000000"),
    ];

    private static Problem TooLong => Faults[0];
    public static Problem WrongQuantity => Faults[5];

    public static ValueTask<AskedUnits> Read(HttpRequest request)
    {
        // The literal is what nearly every program sends; anything else is looked at more closely.
        if (request.ContentType is not "application/json" && !request.HasJsonContentType())
            return new(new AskedUnits(WebProblems.UnsupportedMediaType, 0));
        if (request.ContentLength > LengthMax)
            return new(new AskedUnits(TooLong, 0));
        var reader = request.BodyReader;
        return reader.TryRead(out var read) && Take(reader, read) is { } content ? new(content) : ReadOn(reader);
    }

    private static async ValueTask<AskedUnits> ReadOn(PipeReader reader)
    {
        while (true)
            if (Take(reader, await reader.ReadAsync(CancellationToken.None)) is { } content)
                return content;
    }

    // Null when more of the body is to come.
    private static AskedUnits? Take(PipeReader reader, ReadResult read)
    {
        var body = read.Buffer;
        if (!read.IsCompleted && body.Length <= LengthMax)
        {
            reader.AdvanceTo(body.Start, body.End);
            return null;
        }
        var quantity = 0;
        var problem = body.Length > LengthMax ? TooLong : TryRead(body, out quantity);
        reader.AdvanceTo(body.End);
        return new(problem, quantity);
    }

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
                    return WebProblems.Invalid(Shortened(json.GetString()!), "is not a field of this request");
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
