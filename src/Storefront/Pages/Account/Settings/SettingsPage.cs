using Doorbuster.Platform.Web;
using Doorbuster.Storefront.Api;
using Doorbuster.Storefront.Parts;
using Doorbuster.Storefront.Rendering;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.Storefront.Pages.Account.Settings;

/// <summary>Name and time zone, password, where one is signed in, one's data.</summary>
internal static class SettingsPage
{
    public const string Path = "/account/settings";

    public static void Map(PageRoutes pages)
    {
        pages.Personal(Path, Access.Person, request => Show(request, Said.Nothing));
        pages.Form(Path, Access.Person, ChangeProfile);
        pages.Form(Path + "/password", Access.Person, ChangePassword, shows: Path);
        pages.Form(Path + "/sessions/{id}", Access.Person, EndSession, shows: Path);
    }

    private static async Task<PageResult> Show(PageRequest request, Said said, int status = StatusCodes.Status200OK)
    {
        var sessions = request.Api.Get("/api/v1/sessions", AccountJson.Default.Sessions);
        var me = await request.Api.Get("/api/v1/me", AccountJson.Default.MyProfile);
        if (me.Refusal is { } refusal)
            return PageResult.Refused(refusal);
        var profile = said.Profile
            ?? FormState.With(("displayName", me.Value!.DisplayName), ("timeZone", me.Value.TimeZone), ("version", me.Tag));
        return PageResult.View<SettingsView, SettingsModel>(
            new(me.Value!.Email, profile, said.Password ?? FormState.Empty, (await sessions).Value?.Data, said.Done), status);
    }

    private static async Task<PageResult> ChangeProfile(PageRequest request)
    {
        var refusal = await request.Api.Do(
            "PATCH", "/api/v1/me",
            ShopApi.Json(new(request.Field("displayName"), request.Field("timeZone")), AccountJson.Default.MyProfileChange),
            ifMatch: request.Text("version"));
        if (refusal is null)
            return await Show(request, Said.Nothing with { Done = "settings.saved" });
        if (refusal.IsHopeless())
            return PageResult.Refused(refusal);
        var form = FormState.Of(request.Form, refusal, request.Words);
        if (refusal.Code == "profile_outdated")
            form = form with
            {
                Values = new Dictionary<string, string>(form.Values)
                { ["version"] = (await request.Api.Get("/api/v1/me", AccountJson.Default.MyProfile)).Tag ?? "" },
            };
        return await Show(request, Said.Nothing with { Profile = form }, refusal.FormStatus());
    }

    private static async Task<PageResult> ChangePassword(PageRequest request)
    {
        var refusal = await request.Api.Do("PUT", "/api/v1/me/password", ShopApi.Json(
            new(request.Form["oldPassword"].ToString(), request.Form["newPassword"].ToString()),
            AccountJson.Default.MyPasswordChange));
        return refusal switch
        {
            null => await Show(request, Said.Nothing with { Done = "settings.password_changed" }),
            { Status: >= 500, Code: not "sign_in_busy" } => PageResult.Refused(refusal),
            _ => await Show(
                request, Said.Nothing with { Password = FormState.Of(request.Form, refusal, request.Words) }, refusal.FormStatus()),
        };
    }

    // One that is over already is what was wanted.
    private static async Task<PageResult> EndSession(PageRequest request) =>
        await request.Api.Do("DELETE", $"/api/v1/sessions/{Uri.EscapeDataString(request.Route("id"))}")
            is { Code: not "session_not_found" } refusal
            ? PageResult.Refused(refusal)
            : PageResult.GoTo(Path);

    /// <param name="Profile">As it was sent and refused.</param>
    /// <param name="Done">The key of what to say.</param>
    private sealed record Said(FormState? Profile, FormState? Password, string? Done)
    {
        public static Said Nothing { get; } = new(null, null, null);
    }
}

/// <param name="Sessions">Null: could not be had.</param>
/// <param name="Done">The key of what to say.</param>
public sealed record SettingsModel(
    string Email, FormState Profile, FormState Password, IReadOnlyList<MySession>? Sessions, string? Done);
