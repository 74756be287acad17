using System.ComponentModel.DataAnnotations;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Notices;

/// <summary>The demo's mailbox, and where an operator sees which mails are stuck.</summary>
internal static class ListMails
{
    private const int LimitDefault = 40;
    private const int LimitMax = 100;
    private const string CursorPrefix = "mc";

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/admin/v1/mails", Handle)
        .ForAdmin()
        .WithName("ListMails").WithTags("Mails (administration)")
        .WithSummary("Every mail and what became of it, newest first")
        .WithDescription(
            "Where no mail server is set up (`Notices:Smtp`), mails are not sent and show here as `kept_here`.")
        .Refuses(WebProblems.InvalidCursor);

    private static async Task<Results<Ok<MailPage>, Problem>> Handle(
        HttpContext http, NoticeStore store, MailLetters letters, CancellationToken cancel,
        [Range(1, LimitMax)] int limit = LimitDefault, string? after = null, string? state = null)
    {
        var before = long.MaxValue;
        if (after is not null && !PublicId.TryParse(CursorPrefix, after, out before))
            return WebProblems.InvalidCursor;
        MailState? wanted = state is null ? null : Enum.GetValues<MailState>().Cast<MailState?>()
            .FirstOrDefault(known => Notice.NameOf(known!.Value) == state);
        if (state is not null && wanted is null)
            return WebProblems.Invalid(
                "state", "must be one of " + string.Join(", ", Enum.GetValues<MailState>().Select(Notice.NameOf)));

        var (shown, page) = PageInfo.Cut(
            await store.ListMails(before, wanted, limit + 1, cancel), limit,
            notice => PublicId.Format(CursorPrefix, notice.Id));
        var addresses = await letters.Addresses(shown, cancel);
        http.Response.Headers.CacheControl = "private, no-store";
        return TypedResults.Ok(new MailPage(
            [.. shown.Select(notice => new MailView(
                PublicId.Format(Notice.IdPrefix, notice.Id), Notice.NameOf(notice.Mail),
                addresses.GetValueOrDefault(notice.Person), PublicId.Format("usr", notice.Person), notice.Title,
                letters.Body(notice), notice.MadeAt, notice.MailedAt, notice.Attempts, notice.Error))],
            page));
    }
}
