using Doorbuster.Platform.Web;
using Doorbuster.Platform.Web.Pages;
using Doorbuster.Storefront.Api;
using Doorbuster.Storefront.Console;
using Doorbuster.Storefront.Languages;
using Doorbuster.Storefront.Rendering;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.Storefront.Errors;

/// <summary>Refusals in words of the shop: what happened, and what to do next. Never a code alone, never a stack.</summary>
internal sealed class ErrorPages(PageAnswers answers) : IErrorPages
{
    public const string SignInPath = "/sign-in";

    public static ApiRefusal Maintenance { get; } =
        new() { Code = "maintenance", Status = StatusCodes.Status503ServiceUnavailable, RetryAfter = 60 };

    public static ApiRefusal Unreadable { get; } =
        new() { Code = "invalid_request", Status = StatusCodes.Status400BadRequest };

    public Task Answer(HttpContext http, Problem problem)
    {
        if (ConsoleRoutes.IsHere(http.Request.Path))
            return ConsoleRoutes.Refuse(answers, http, problem);
        var language = Language.OfPath(http.Request.Path.Value ?? "/");
        if (problem.Status == StatusCodes.Status401Unauthorized)
        {
            var back = FormOf.PathOf(http, language) + FormOf.QueryOf(http.Request);
            return answers.Send(http, language, PageResult.GoTo($"{SignInPath}?next={Uri.EscapeDataString(back)}"));
        }
        return answers.Send(http, language, PageResult.Refused(RefusalOf(problem)));
    }

    public static ApiRefusal RefusalOf(Problem problem) => new()
    {
        Code = problem.Code,
        Title = problem.Title,
        Status = problem.Status,
        RetryAfter = problem.RetryAfter is { } wait ? (int)Math.Max(1, Math.Ceiling(wait.TotalSeconds)) : null,
    };

    /// <param name="requestId">Null on a page that is everybody's.</param>
    public static PageResult PageOf(ApiRefusal refusal, string? requestId) =>
        PageResult.View<ErrorPage, ErrorModel>(new(refusal, requestId), refusal.Status);
}

/// <param name="RequestId">For whoever reports it.</param>
public sealed record ErrorModel(ApiRefusal Refusal, string? RequestId)
{
    /// <summary>Which texts: the refusal's own where there are some, else those of its kind.</summary>
    public string KindIn(Words words)
    {
        if (words.Find($"errors.{Refusal.Code}.title") is not null)
            return Refusal.Code;
        return Refusal.Status switch
        {
            404 => "not_found",
            403 => "forbidden",
            429 => "slow_down",
            503 or 504 => "away",
            >= 500 => "internal_error",
            _ => "refused",
        };
    }
}
