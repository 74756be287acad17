using System.ComponentModel.DataAnnotations;
using Doorbuster.Platform.Commands;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Platform.Audit;

/// <summary>Who did what, for those who run the shop.</summary>
internal static class ReadAudit
{
    private const int LimitDefault = 40;
    private const int LimitMax = 100;
    private const string CursorPrefix = "aud";
    private static readonly TimeSpan FileTimeMax = TimeSpan.FromMinutes(2);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var audit = routes.MapGroup("/api/admin/v1/audit").ForAdmin().WithTags("Audit log (administration)");
        audit.MapGet("", List).WithName("ListAudit").WithSummary("Who did what, on what, when and from where, newest first.")
            .WithDescription("Every write of an administrator or of the command line, filed with its effect.")
            .Refuses(WebProblems.InvalidCursor);
        audit.MapGet("head", Head).WithName("GetAuditHead")
            .WithSummary("Where the chain ends. Kept elsewhere, it shows later whether the log was rewritten.");
        audit.MapGet("verification", Verify).WithName("VerifyAudit")
            .WithSummary("Follow the whole chain, and name the first row that does not fit.")
            .TakesAtMost(FileTimeMax);
        audit.MapGet("file", Export).WithName("ExportAudit").WithSummary("The same list as CSV, all of it.")
            .TakesAtMost(FileTimeMax).Produces(StatusCodes.Status200OK, contentType: "text/csv");
    }

    /// <param name="actor"><c>usr_…</c> or <c>local:name@machine</c>.</param>
    /// <param name="action">Such as <c>sale.create</c>, or <c>sale</c> for every action on sales.</param>
    /// <param name="subject">The id of what it was done on.</param>
    /// <param name="from">The first instant that counts.</param>
    /// <param name="until">The first instant that no longer counts.</param>
    private static async Task<Results<Ok<AuditViews.Page>, Problem>> List(
        HttpContext http, AuditStore store, CancellationToken cancel,
        [StringLength(100, MinimumLength = 1)] string? actor = null, [StringLength(100, MinimumLength = 1)] string? action = null,
        [StringLength(AuditNote.SubjectMax, MinimumLength = 1)] string? subject = null, DateTimeOffset? from = null,
        DateTimeOffset? until = null, [Range(1, LimitMax)] int limit = LimitDefault, string? after = null)
    {
        var before = long.MaxValue;
        if (after is not null && !PublicId.TryParse(CursorPrefix, after, out before))
            return WebProblems.InvalidCursor;
        var (shown, page) = PageInfo.Cut(
            await store.List(Filter(actor, action, subject, from, until), before, limit + 1, cancel), limit,
            entry => PublicId.Format(CursorPrefix, entry.Seq));
        http.Response.Headers.CacheControl = "private, no-store";
        return TypedResults.Ok(new AuditViews.Page([.. shown.Select(AuditViews.Of)], page));
    }

    private static async Task<Ok<AuditViews.Head>> Head(HttpContext http, AuditStore store, CancellationToken cancel)
    {
        http.Response.Headers.CacheControl = "private, no-store";
        return TypedResults.Ok(AuditViews.Of(await store.Head(cancel)));
    }

    private static async Task<Ok<AuditViews.Verdict>> Verify(HttpContext http, AuditStore store, CancellationToken cancel)
    {
        http.Response.Headers.CacheControl = "private, no-store";
        return TypedResults.Ok(AuditViews.Of(await store.Verify(anchor: null, cancel)));
    }

    private static PushStreamHttpResult Export(
        HttpContext http, AuditStore store, CancellationToken cancel,
        [StringLength(100, MinimumLength = 1)] string? actor = null, [StringLength(100, MinimumLength = 1)] string? action = null,
        [StringLength(AuditNote.SubjectMax, MinimumLength = 1)] string? subject = null, DateTimeOffset? from = null,
        DateTimeOffset? until = null)
    {
        http.Response.Headers.CacheControl = "private, no-store";
        var rows = store.All(Filter(actor, action, subject, from, until), cancel);
        return TypedResults.Stream(
            async stream => await CsvExport.WriteTo(stream, AuditViews.Header, rows.Select(AuditViews.Row), cancel),
            "text/csv; charset=utf-8", "audit.csv");
    }

    private static AuditFilter Filter(
        string? actor, string? action, string? subject, DateTimeOffset? from, DateTimeOffset? until) => new(
        Clean(actor), Clean(action), Clean(subject), from?.ToUniversalTime(), until?.ToUniversalTime());

    // PostgreSQL knows no zero character.
    private static string? Clean(string? text) => text?.Replace("\0", "", StringComparison.Ordinal);
}
