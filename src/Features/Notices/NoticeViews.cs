using Doorbuster.Platform;
using Doorbuster.Platform.Web;

namespace Doorbuster.Notices;

/// <param name="Path">In the shop, of what it is about; null when there is nothing to see.</param>
/// <param name="ReadAt">Null while it is unread.</param>
internal sealed record NoticeView(
    string Id, string Kind, string Title, string Text, string? Path, DateTimeOffset MadeAt, DateTimeOffset? ReadAt)
{
    public static NoticeView Of(Notice notice) => new(
        PublicId.Format(Notice.IdPrefix, notice.Id), notice.Kind, notice.Title, notice.Text, notice.Path,
        notice.MadeAt, notice.ReadAt);
}

/// <param name="Unread">All unread ones, counted up to 1,000; given with the first page only.</param>
internal sealed record NoticePage(IReadOnlyList<NoticeView> Data, int? Unread, PageInfo Page);

/// <param name="State"><c>kept_here</c> (no mail server is set up), <c>waiting</c>, <c>sent</c>, <c>given_up</c> or
/// <c>no_address</c>.</param>
/// <param name="To">The address of today; null when there is none.</param>
internal sealed record MailView(
    string Id, string State, string? To, string Person, string Subject, string Body, DateTimeOffset MadeAt,
    DateTimeOffset? SentAt, int Attempts, string? Error);

internal sealed record MailPage(IReadOnlyList<MailView> Data, PageInfo Page);

internal sealed record NoticesOverviewView(int Unread, IReadOnlyList<NoticeView> Newest);

internal sealed record MarkedRead(int Count);
