using Doorbuster.Platform.Web;
using Doorbuster.Storefront.Api;
using Doorbuster.Storefront.Parts;
using Doorbuster.Storefront.Rendering;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.Storefront.Pages.SignIn;

/// <summary>Sign in, register, sign out.</summary>
internal static class SignInPages
{
    public static void Map(PageRoutes pages)
    {
        pages.Personal("/sign-in", Access.Anyone, request => Task.FromResult(SignIn(request, FormState.Empty)));
        pages.Form("/sign-in", Access.Anyone, BeginSession);
        pages.Personal("/register", Access.Anyone, request => Task.FromResult(Register(request, FormState.Empty)));
        pages.Form("/register", Access.Anyone, MakeAccount);
        pages.Form("/sign-out", Access.Anyone, EndSession, shows: "/");
    }

    private static PageResult SignIn(PageRequest request, FormState form, int status = StatusCodes.Status200OK) =>
        PageResult.View<SignIn, SignInModel>(new(form, NextOf(request)), status);

    private static PageResult Register(PageRequest request, FormState form, int status = StatusCodes.Status200OK) =>
        PageResult.View<Register, SignInModel>(new(form, NextOf(request)), status);

    private static async Task<PageResult> BeginSession(PageRequest request) =>
        await TrySignIn(request) is { } refusal
            ? SignIn(request, FormState.Of(request.Form, refusal, request.Words), refusal.FormStatus())
            : PageResult.GoTo(NextOf(request));

    private static async Task<PageResult> MakeAccount(PageRequest request)
    {
        var refusal = await request.Api.Do("POST", "/api/v1/accounts", ShopApi.Json(
            new(request.Field("email"), request.Form["password"].ToString(), request.Field("displayName")),
            StorefrontJson.Default.ApiRegister));
        // Made already and only the way back was lost: the same words sign in.
        if (refusal is null or { Code: "email_taken" } && await TrySignIn(request) is null)
            return PageResult.GoTo(NextOf(request));
        return refusal is null
            ? PageResult.GoTo($"/sign-in?next={Uri.EscapeDataString(NextOf(request))}")
            : Register(request, FormState.Of(request.Form, refusal, request.Words), refusal.FormStatus());
    }

    private static async Task<PageResult> EndSession(PageRequest request)
    {
        // Whoever is signed out already is where he wants to be.
        if (await request.Api.Do("DELETE", "/api/v1/sessions/current") is { Status: >= 500 } refusal)
            return PageResult.Refused(refusal);
        Credentials.DeleteCookie(request.Http);
        return PageResult.GoTo("/");
    }

    private static Task<ApiRefusal?> TrySignIn(PageRequest request) => request.Api.Do(
        "POST", "/api/v1/sessions",
        ShopApi.Json(new(request.Field("email"), request.Form["password"].ToString()), StorefrontJson.Default.ApiSignIn));

    private static string NextOf(PageRequest request) =>
        LocalPath.Or(request.Text("next") ?? request.Query("next"), "/");
}

/// <param name="Next">Where one wanted to go.</param>
public sealed record SignInModel(FormState Form, string Next);
