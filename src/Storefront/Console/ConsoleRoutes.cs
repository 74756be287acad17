using Doorbuster.Platform.Web;
using Doorbuster.Platform.Web.Pages;
using Doorbuster.Storefront.Api;
using Doorbuster.Storefront.Console.Layout;
using Doorbuster.Storefront.Console.Signing;
using Doorbuster.Storefront.Console.Tables;
using Doorbuster.Storefront.Errors;
using Doorbuster.Storefront.Languages;
using Doorbuster.Storefront.Parts;
using Doorbuster.Storefront.Rendering;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Storefront.Console;

/// <summary>
/// Maps the console's pages. Each has one address for all languages, since nobody keeps it: the language is the one the person
/// chose. Whoever is not signed in here as an administrator is led to signing in, whatever he asked for.
/// </summary>
internal sealed class ConsoleRoutes(IEndpointRouteBuilder routes, ConsoleRoutes.Means means)
{
    public const string Root = "/admin";
    public const string SignInPath = Root + "/sign-in";

    /// <summary>In place of a page's language: these are in all of them.</summary>
    public const string AnyLanguage = "mul";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan PatienceWithFiles = TimeSpan.FromMinutes(2);
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];
    private static readonly string[] Sending = [HttpMethods.Post];

    public static bool IsHere(PathString path) => path.StartsWithSegments(Root, StringComparison.Ordinal);

    /// <summary>The path with the console in front: <c>Path("sales")</c> is <c>/admin/sales</c>.</summary>
    private static string At(string path) => Root + path;

    /// <param name="path">Below <c>/admin</c>, beginning with a slash.</param>
    public void Page(string path, Func<PageRequest, Task<PageResult>> show) =>
        Guarded(Reading, path, http => means.Answer(http, show, isDangerous: false));

    /// <summary>Takes a form: does something and leads to a page that shows it, or shows the form again with what is wrong.</summary>
    /// <param name="isDangerous">The password is asked for again when it was given more than a few minutes ago.</param>
    /// <param name="shows">The page that is shown again, where it has another address.</param>
    public void Form(
        string path, Func<PageRequest, Task<PageResult>> handle, bool isDangerous = false, string? shows = null) =>
        Guarded(Sending, path, http => means.Answer(http, handle, isDangerous)).WithMetadata(new FormOf(At(shows ?? path)));

    /// <summary>A form with files.</summary>
    /// <param name="bytesMax">Of all of them.</param>
    public void Files(string path, long bytesMax, Func<PageRequest, Task<PageResult>> handle, string? shows = null) =>
        Map(Sending, path, http => means.Answer(http, handle, isDangerous: false)).AccessCheckedByHandler()
            .TakesBodyOf(bytesMax).TakesAtMost(PatienceWithFiles).WithMetadata(new FormOf(At(shows ?? path)));

    /// <summary>A list with its filters, order and pages, and the same as a file under <c>path.csv</c>.</summary>
    public void Table<TRow>(string path, Table<TRow> table)
    {
        Page(path, async request =>
        {
            var (model, refusal) = await table.Show(request, At(path));
            return model is null ? PageResult.Refused(refusal!) : PageResult.View<TablePage, TableModel>(model);
        });
        Guarded(Reading, path + ".csv", http => means.Enter(http, request => TableFile.Send(request, table)));
    }

    /// <summary>Events for as long as somebody reads them.</summary>
    public void Stream(string path, Func<PageRequest, Task> send) =>
        Map(Reading, path, http => means.Enter(http, send)).AccessCheckedByHandler().TakesLong();

    /// <summary>For whoever is not signed in yet.</summary>
    public void Open(string path, Func<PageRequest, Task<PageResult>> show) =>
        Map(Reading, path, http => means.Show(http, show, "")).ForAnyone();

    /// <summary>As <see cref="Form"/>, for whoever is not signed in yet.</summary>
    public void OpenForm(string path, Func<PageRequest, Task<PageResult>> handle) =>
        Map(Sending, path, http => means.Show(http, handle, "")).ForAnyone().WithMetadata(new FormOf(SignInPath));

    /// <summary>A refusal that no page of the console gave itself.</summary>
    public static Task Refuse(PageAnswers answers, HttpContext http, Problem problem) => answers.Send(
        http, LanguageOf(http), ErrorOf(ErrorPages.RefusalOf(problem), http));

    /// <summary>The person's, without its part of the address.</summary>
    private static Language LanguageOf(HttpContext http) => LanguageChoice.Of(http) with { Prefix = "" };

    private static PageResult ErrorOf(ApiRefusal refusal, HttpContext http) =>
        PageResult.View<ConsoleError, ErrorModel>(new(refusal, RequestId.Of(http)), refusal.Status);

    private IEndpointConventionBuilder Guarded(string[] methods, string path, RequestDelegate handle) =>
        Map(methods, path, handle).AccessCheckedByHandler().TakesAtMost(Patience);

    private IEndpointConventionBuilder Map(string[] methods, string path, RequestDelegate handle) =>
        routes.MapMethods(At(path), methods, handle).IsPage(AnyLanguage).ExcludeFromDescription();

    /// <summary>How the console answers, for all of its pages.</summary>
    internal sealed class Means(PageAnswers answers, ConsoleDoor door)
    {
        public async Task Answer(HttpContext http, Func<PageRequest, Task<PageResult>> handle, bool isDangerous)
        {
            if (await door.Find(http) is not { } session)
                await LeadToSigningIn(http);
            else if (!isDangerous || door.IsFresh(session))
                await Show(http, handle, session.Cookie);
            else
                await Confirm(http, handle, session);
        }

        /// <summary>As <see cref="Answer"/>, where the handler writes the answer itself.</summary>
        public async Task Enter(HttpContext http, Func<PageRequest, Task> handle)
        {
            if (await door.Find(http) is { } session)
                await handle(answers.RequestOf(http, LanguageOf(http), FormCollection.Empty, session.Cookie));
            else
                await LeadToSigningIn(http);
        }

        public async Task Show(HttpContext http, Func<PageRequest, Task<PageResult>> handle, string cookie)
        {
            var form = HttpMethods.IsPost(http.Request.Method) ? await PageForm.Read(http) : FormCollection.Empty;
            var result = form is null
                ? PageResult.Refused(ErrorPages.Unreadable)
                : await handle(answers.RequestOf(http, LanguageOf(http), form, cookie));
            await answers.Send(http, LanguageOf(http), result is PageResult.Failed { Refusal: var refusal } ? ErrorOf(refusal, http) : result);
        }

        // What was asked for is kept in the page that asks for the password, so that nobody has to do it twice.
        private async Task Confirm(HttpContext http, Func<PageRequest, Task<PageResult>> handle, ConsoleSession session)
        {
            var form = await PageForm.Read(http) ?? FormCollection.Empty;
            var password = form[ConfirmModel.Password].ToString();
            var refusal = (ApiRefusal?)null;
            if (password.Length > 0)
            {
                (var confirmed, refusal) = await door.Confirm(http, session, password);
                if (confirmed is not null)
                {
                    await Show(http, handle, confirmed.Cookie);
                    return;
                }
            }
            await Show(http, request => Task.FromResult(PageResult.View<ConfirmPage, ConfirmModel>(
                ConfirmModel.Of(request, refusal),
                refusal is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity)), session.Cookie);
        }

        private Task LeadToSigningIn(HttpContext http)
        {
            var language = LanguageOf(http);
            var next = FormOf.PathOf(http, language) + FormOf.QueryOf(http.Request);
            return answers.Send(http, language, PageResult.GoTo($"{SignInPath}?next={Uri.EscapeDataString(next)}"));
        }
    }
}
