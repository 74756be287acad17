using Doorbuster.Platform.Web;
using Doorbuster.Storefront.Rendering;

namespace Doorbuster.Storefront.Pages.Account.Notices;

/// <summary>The mailbox: what the shop told its owner. Opening one marks it as read.</summary>
internal static class NoticesPage
{
    private const string Path = "/account/notices";
    private const int NoticesMax = 20;

    public static void Map(PageRoutes pages)
    {
        pages.Personal(Path, Access.Person, Show);
        pages.Form(Path + "/{id}", Access.Person, Open, shows: Path);
        pages.Form(Path, Access.Person, ReadAll);
    }

    private static async Task<PageResult> Show(PageRequest request)
    {
        var notices = await request.Api.Get(
            $"/api/v1/me/notices?limit={NoticesMax}{request.After()}", AccountJson.Default.MyNotices);
        return notices.Refusal is { } refusal
            ? PageResult.Refused(refusal)
            : PageResult.View<NoticeList, MyNotices>(notices.Value!);
    }

    private static async Task<PageResult> Open(PageRequest request)
    {
        var notice = await request.Api.Send(
            "POST", $"/api/v1/me/notices/{Uri.EscapeDataString(request.Route("id"))}/read", AccountJson.Default.MyNotice);
        return notice.Refusal is { } refusal
            ? PageResult.Refused(refusal)
            : PageResult.GoTo(request.Form["open"] == "true" ? LocalPath.Or(notice.Value!.Path, Path) : Path);
    }

    // Up to the newest that was shown: one that came meanwhile stays unread.
    private static async Task<PageResult> ReadAll(PageRequest request) =>
        await request.Api.Do("POST", $"/api/v1/me/notices/read?upTo={Uri.EscapeDataString(request.Field("upTo"))}") is { } refusal
            ? PageResult.Refused(refusal)
            : PageResult.GoTo(Path);
}
