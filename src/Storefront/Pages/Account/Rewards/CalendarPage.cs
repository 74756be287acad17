using System.Globalization;
using Doorbuster.Platform.Web;
using Doorbuster.Storefront.Api;
using Doorbuster.Storefront.Rendering;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.Storefront.Pages.Account.Rewards;

/// <summary>The sign-in calendar: a month, the streak, and today's points to be earned.</summary>
internal static class CalendarPage
{
    private const string Path = "/account/calendar";

    public static void Map(PageRoutes pages)
    {
        pages.Personal(Path, Access.Person, request => Show(request, earned: null));
        pages.Form(Path, Access.Person, SignInToday);
    }

    private static async Task<PageResult> Show(PageRequest request, MySignedIn? earned, ApiRefusal? refused = null)
    {
        var today = await request.Api.Get("/api/v1/me/sign-ins", AccountJson.Default.MyToday);
        if (today.Refusal is { } away)
            return PageResult.Refused(away);
        var current = FirstOf(today.Value!.Day);
        var asked = request.Query("month") ?? current.ToString("yyyy-MM", CultureInfo.InvariantCulture);
        var month = await request.Api.Get($"/api/v1/me/sign-ins/{Uri.EscapeDataString(asked)}", AccountJson.Default.MyMonth);
        if (month.Refusal is { } refusal)
            return PageResult.Refused(refusal);
        var first = DateOnly.ParseExact(month.Value!.Month + "-01", "yyyy-MM-dd", CultureInfo.InvariantCulture);
        return PageResult.View<SignInCalendar, CalendarModel>(
            new(today.Value, first, [.. month.Value.Days], first < current, earned, refused, Intent.NewKey()),
            refused?.FormStatus() ?? StatusCodes.Status200OK);
    }

    private static async Task<PageResult> SignInToday(PageRequest request)
    {
        var answer = await request.Api.Send(
            "POST", "/api/v1/me/sign-ins", AccountJson.Default.MySignedIn, key: request.Key());
        return answer.Refusal switch
        {
            null => await Show(request, answer.Value),
            { Code: "already_signed_in" } => PageResult.GoTo(Path),
            { Code: "sign_in_not_settled" } unsettled => await Show(request, earned: null, unsettled),
            { } refusal => PageResult.Refused(refusal),
        };
    }

    private static DateOnly FirstOf(DateOnly day) => new(day.Year, day.Month, 1);
}

/// <param name="First">Of the month that is shown.</param>
/// <param name="Signed">Its days on which there was a sign-in.</param>
/// <param name="Earned">What was earned just now.</param>
/// <param name="Refused">Why it did not work just now.</param>
/// <param name="Key">Of the next sign-in.</param>
public sealed record CalendarModel(
    MyToday Today, DateOnly First, IReadOnlyCollection<int> Signed, bool HasNext, MySignedIn? Earned, ApiRefusal? Refused, string Key)
{
    public int Days => DateTime.DaysInMonth(First.Year, First.Month);

    /// <summary>Of a week that begins on Monday, before the first.</summary>
    public int DaysBefore => ((int)First.DayOfWeek + 6) % 7;

    public int Weeks => (DaysBefore + Days + 6) / 7;

    public bool IsToday(int day) => First.AddDays(day - 1) == Today.Day;
}
