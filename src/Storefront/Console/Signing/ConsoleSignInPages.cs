using Doorbuster.Storefront.Api;
using Doorbuster.Storefront.Languages;
using Doorbuster.Storefront.Parts;
using Doorbuster.Storefront.Rendering;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.Storefront.Console.Signing;

/// <summary>Into the console and out of it, and its language.</summary>
internal static class ConsoleSignInPages
{
    public static void Map(ConsoleRoutes console)
    {
        console.Open("/sign-in", request => Task.FromResult(Ask(request, FormState.Empty, StatusCodes.Status200OK)));
        console.OpenForm("/sign-in", Begin);
        console.OpenForm("/sign-out", Leave);
        console.OpenForm("/language", Choose);
    }

    private static PageResult Ask(PageRequest request, FormState form, int status) =>
        PageResult.View<ConsoleSignIn, ConsoleSignInModel>(new(form, NextOf(request)), status);

    private static async Task<PageResult> Begin(PageRequest request)
    {
        var (session, refusal) = await DoorOf(request).Begin(
            request.Http, request.Field("email"), request.Form["password"].ToString());
        return session is not null
            ? PageResult.GoTo(NextOf(request))
            : Ask(request, FormState.Of(request.Form, refusal!, request.Words), refusal!.FormStatus());
    }

    private static async Task<PageResult> Leave(PageRequest request)
    {
        await DoorOf(request).Leave(request.Http);
        return PageResult.GoTo(ConsoleRoutes.SignInPath);
    }

    private static Task<PageResult> Choose(PageRequest request)
    {
        LanguageChoice.Keep(request.Http, Language.Find(request.Field("to")) ?? Language.Default);
        return Task.FromResult(PageResult.GoTo(InConsole(request.Field("back"))));
    }

    private static ConsoleDoor DoorOf(PageRequest request) => request.Http.RequestServices.GetRequiredService<ConsoleDoor>();

    private static string NextOf(PageRequest request) =>
        InConsole(request.Text("next") ?? request.Query("next"));

    private static string InConsole(string? path) =>
        LocalPath.Or(path, ConsoleRoutes.Root) is var local && ConsoleRoutes.IsHere(local.Split('?')[0]) ? local : ConsoleRoutes.Root;
}

/// <param name="Next">Where one wanted to go.</param>
public sealed record ConsoleSignInModel(FormState Form, string Next);

/// <summary>A form that waits for the password.</summary>
/// <param name="Fields">What was sent, to be sent again.</param>
public sealed record ConfirmModel(string Path, IReadOnlyList<KeyValuePair<string, string>> Fields, FormState Form)
{
    public const string Password = "console-password";

    public static ConfirmModel Of(PageRequest request, ApiRefusal? refusal) => new(
        request.Http.Request.Path.Value + request.Http.Request.QueryString,
        [.. request.Form.Where(field => field.Key != Password)
            .SelectMany(field => field.Value.Select(value => KeyValuePair.Create(field.Key, value ?? "")))],
        refusal is null ? FormState.Empty : new() { Problem = request.Words.Of(refusal) });
}
