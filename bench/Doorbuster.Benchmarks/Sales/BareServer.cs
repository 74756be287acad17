using System.Globalization;
using System.Text.Json.Serialization;

namespace Doorbuster.Benchmarks.Sales;

/// <summary>
/// The barest ASP.NET server there is, in its own process: what every ratio is taken of. An echo of a small JSON body, and a
/// GET of given bytes.
/// </summary>
internal static class BareServer
{
    public sealed record Ask(int Quantity);

    public sealed record Answer(string Id, string Status);

    /// <param name="arguments">The port, and a file with the bytes to answer.</param>
    public static async Task<int> Run(string[] arguments)
    {
        var bytes = await File.ReadAllBytesAsync(arguments[1]);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{int.Parse(arguments[0], CultureInfo.InvariantCulture)}");
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, BareJson.Default));
        var app = builder.Build();
        app.MapPost("/echo", (Ask ask) => new Answer("01J0000000000", "held"));
        app.MapGet("/state", () => TypedResults.Bytes(bytes, "application/json"));
        await app.RunAsync();
        return 0;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BareServer.Ask))]
[JsonSerializable(typeof(BareServer.Answer))]
internal sealed partial class BareJson : JsonSerializerContext;
