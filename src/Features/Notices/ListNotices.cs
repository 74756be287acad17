using System.ComponentModel.DataAnnotations;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Notices;

/// <summary>A person's mailbox in the shop.</summary>
internal static class ListNotices
{
    private const int LimitDefault = 40;
    private const int LimitMax = 100;
    private const string CursorPrefix = "nc";

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/me/notices", Handle)
        .ForGuests()
        .WithName("ListNotices").WithTags("Me")
        .WithSummary("What the shop told you, newest first")
        .Refuses(WebProblems.InvalidCursor);

    private static async Task<Results<Ok<NoticePage>, Problem>> Handle(
        Person person, HttpContext http, NoticeStore store, CancellationToken cancel,
        [Range(1, LimitMax)] int limit = LimitDefault, string? after = null, bool unread = false)
    {
        var before = long.MaxValue;
        if (after is not null && !PublicId.TryParse(CursorPrefix, after, out before))
            return WebProblems.InvalidCursor;

        var (shown, page) = PageInfo.Cut(
            await store.List(person.Id, before, unread, limit + 1, cancel), limit,
            notice => PublicId.Format(CursorPrefix, notice.Id));
        http.Response.Headers.CacheControl = "private, no-store";
        return TypedResults.Ok(new NoticePage(
            [.. shown.Select(NoticeView.Of)],
            after is null ? await store.CountUnread(person.Id, cancel) : null,
            page));
    }
}
