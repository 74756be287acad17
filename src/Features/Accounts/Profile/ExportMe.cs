using System.Buffers;
using System.Text.Json;
using Doorbuster.Contracts.People;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Accounts;

/// <summary>Everything the shop keeps about a person, section by section as the features write them. A section that fails
/// breaks the connection: half an export must not look whole.</summary>
internal static class ExportMe
{
    private static readonly TimeSpan TimeMax = TimeSpan.FromMinutes(1);

    public sealed record Response(string Person, DateTimeOffset ExportedAt, IReadOnlyDictionary<string, JsonElement> Sections);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/me/export", Handle).ForPerson()
        .WithName("ExportMe").WithSummary("Everything the shop keeps about you")
        .TakesAtMost(TimeMax)
        .Produces<Response>();

    private static async Task Handle(
        Person person, HttpContext http, IEnumerable<IPersonalData> sections, TimeProvider clock, CancellationToken cancel)
    {
        // Through a buffer of our own: what fails before the first section is whole leaves nothing behind.
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("person", PublicId.Format(Account.IdPrefix, person.Id));
        json.WriteString("exportedAt", clock.GetUtcNow().UtcDateTime);
        json.WriteStartObject("sections");
        foreach (var section in sections.OrderBy(section => section.Name, StringComparer.Ordinal))
        {
            json.WritePropertyName(section.Name);
            json.WriteRawValue((await section.Export(person.Id, cancel)).Span);
            await Send();
        }
        json.WriteEndObject();
        json.WriteEndObject();
        await Send();

        async Task Send()
        {
            if (!http.Response.HasStarted)
            {
                http.Response.ContentType = "application/json; charset=utf-8";
                http.Response.Headers.CacheControl = "private, no-store";
                http.Response.Headers.ContentDisposition = "attachment; filename=\"doorbuster-export.json\"";
            }
            json.Flush();
            await http.Response.Body.WriteAsync(buffer.WrittenMemory, cancel);
            buffer.ResetWrittenCount();
        }
    }
}
