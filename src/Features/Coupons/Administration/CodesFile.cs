using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using CsvHelper;
using Doorbuster.Platform;
using Doorbuster.Platform.Commands;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Coupons;

/// <summary>All codes of a template as a CSV file, out and in. A file that comes in is taken as a whole or not at all; the same
/// file again changes nothing.</summary>
internal static class CodesFile
{
    public const int RowsMax = 100_000;
    public static readonly string[] Header = ["code", "taken_at"];

    private const int BytesMax = 6 * 1024 * 1024;    // as many rows as we take, each with when it was taken
    private const int PageMax = 10_000;
    private static readonly TimeSpan TimeMax = TimeSpan.FromMinutes(2);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var file = routes.MapGroup("/api/admin/v1/coupon-templates/{id}/codes/file").ForAdmin()
            .WithTags("Coupons (administration)");
        file.MapGet("", Export).WithName("ExportCouponCodes")
            .WithSummary("All codes of a template as CSV, with when each was taken.")
            .TakesAtMost(TimeMax)
            .Produces(StatusCodes.Status200OK, contentType: "text/csv")
            .Refuses(WebProblems.NotFound, Problems.HasNoCodes);
        file.MapPut("", Import).WithName("ImportCouponCodes")
            .WithSummary("Add the codes of a CSV file to a template. The same file again changes nothing.")
            .WithDescription($"The body is a CSV file in UTF-8 with a column `code`, of at most {RowsMax} rows. Codes are 16 digits of "
                + "Crockford's base 32, dashes do not matter. When one is wrong, or another template's, none is added.")
            .TakesBodyOf(BytesMax).TakesAtMost(TimeMax)
            .Refuses(
                WebProblems.NotFound, Problems.HasNoCodes, Problems.TooManyCodes, Problems.CodesElsewhere,
                WebProblems.BodyTooLarge);
    }

    /// <summary>The codes of a file, or what is wrong with which line.</summary>
    public static async Task<(IReadOnlyList<string> Codes, string? Wrong)> Read(TextReader text, CancellationToken cancel)
    {
        var codes = new HashSet<string>();
        try
        {
            using var csv = CsvImport.Reader(text);
            await csv.ReadHeaderAsync(cancel);
            var header = csv.Headers.Select(name => name.Trim().ToLowerInvariant()).ToArray();
            var at = Array.IndexOf(header, Header[0]);
            if (at < 0 || header.Except(Header).Any() || header.Distinct().Count() < header.Length)
                return ([], $"the header must name the column {Header[0]}, and nothing but {string.Join(" and ", Header)}");
            while (await csv.ReadAsync(cancel))
            {
                if (csv.FieldCount <= at || CouponCodes.Read(csv.GetString(at)) is not { } code)
                    return ([], $"line {csv.LineNumber} has no code of 16 digits");
                if (!codes.Add(code))
                    return ([], $"line {csv.LineNumber} repeats a code");
                if (codes.Count > RowsMax)
                    return ([], $"there are more than {RowsMax} rows: split the file");
            }
        }
        catch (Exception error) when (error is CsvFormatException or DecoderFallbackException)
        {
            return ([], $"is not CSV in UTF-8: {error.Message}");
        }
        return codes.Count == 0 ? ([], "there is no code in it") : ([.. codes], null);
    }

    public static async IAsyncEnumerable<string[]> Rows(
        CodeStore store, long template, [EnumeratorCancellation] CancellationToken cancel)
    {
        var after = 0L;
        while (await store.List(template, after, PageMax, cancel) is { Count: > 0 } codes)
        {
            foreach (var code in codes)
                yield return
                    [CouponCodes.Show(code.Code), code.TakenAt?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture) ?? ""];
            after = codes[^1].Number;
        }
    }

    private static async Task<Results<PushStreamHttpResult, Problem>> Export(
        string id, TemplateStore templates, CodeStore store, HttpContext http, CancellationToken cancel)
    {
        if (await Find(id, templates, cancel) is not { } template)
            return WebProblems.NotFound;
        if (template.ClaimBy != ClaimBy.Codes)
            return Problems.HasNoCodes;
        http.Response.Headers.CacheControl = "private, no-store";
        return TypedResults.Stream(
            async stream => await CsvExport.WriteTo(stream, Header, Rows(store, template.Id, cancel), cancel),
            "text/csv; charset=utf-8", $"{template.Handle}-codes.csv");
    }

    private static async Task<Results<Ok<CouponViews.ImportedCodes>, Problem>> Import(
        string id, HttpContext http, TemplateStore templates, CodeStore store, CancellationToken cancel)
    {
        if (await Find(id, templates, cancel) is not { } template)
            return WebProblems.NotFound;
        if (template.ClaimBy != ClaimBy.Codes)
            return Problems.HasNoCodes;
        using var buffer = new MemoryStream((int)Math.Clamp(http.Request.ContentLength ?? 0, 0, BytesMax));
        await http.Request.Body.CopyToAsync(buffer, cancel);
        buffer.Position = 0;
        using var text = new StreamReader(buffer, CsvImport.Utf8);
        var (codes, wrong) = await Read(text, cancel);
        if (wrong is not null)
            return WebProblems.Invalid("body", wrong);
        return await store.Import(template.Id, codes, cancel) switch
        {
            Imported.Codes imported =>
                TypedResults.Ok(new CouponViews.ImportedCodes(imported.Added, codes.Count - imported.Added, imported.Total)),
            Imported.Elsewhere elsewhere => Problems.CodesElsewhere.With($"{elsewhere.Count} of them are another template's."),
            _ => Problems.TooManyCodes,
        };
    }

    private static async Task<CouponTemplate?> Find(string id, TemplateStore templates, CancellationToken cancel) =>
        PublicId.TryParse(CouponTemplate.PublicPrefix, id, out var number) ? await templates.Find(number, cancel) : null;
}
