using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Platform.Web;

/// <summary>The pages that a problem's <c>type</c> leads to: what happened, and what to do.</summary>
internal static class ProblemPages
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/problems", List).ForAnyone().ExcludeFromDescription();
        routes.MapGet("/problems/{code}", Show).ForAnyone().ExcludeFromDescription();
    }

    private static ContentHttpResult List() => Page("Problems", string.Concat(ProblemCatalog.All.Select(problem =>
        $"<li><a href=\"{Text(problem.Type)}\"><code>{Text(problem.Code)}</code></a> ({problem.Status}): "
            + $"{Text(problem.Title)}</li>")), "ul");

    private static Results<ContentHttpResult, Problem> Show(string code)
    {
        if (ProblemCatalog.Find(code) is not { } problem)
            return WebProblems.NotFound;
        return Page(problem.Code, $"""
            <p><strong>{Text(problem.Title)}</strong></p>
            <h2>What to do</h2>
            <p>{Text(AdviceOn(problem))}</p>
            <h2>For programs</h2>
            <p>Status {problem.Status}, <code>"code": "{Text(problem.Code)}"</code>. {RetryAdvice(problem)}</p>
            <p><a href="/problems">All problems</a> · <a href="/docs/api">API reference</a></p>
            """, "div");
    }

    internal static string AdviceOn(Problem problem) => problem.Advice.Length > 0
        ? problem.Advice
        : problem.Retryable
        ? "Wait a moment, then try again."
        : "Sending the same request again will not help; change it first.";

    internal static string RetryAdvice(Problem problem) => problem.Retryable
        ? "The same request may succeed later."
        : "The same request will be refused again.";

    private static ContentHttpResult Page(string title, string content, string element) => TypedResults.Content($"""
        <!doctype html>
        <html lang="en">
        <head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
        <title>{Text(title)} · Doorbuster</title></head>
        <body><main><h1>{Text(title)}</h1>
        <{element}>
        {content}
        </{element}>
        </main></body></html>
        """, "text/html", Encoding.UTF8);

    private static string Text(string text) => HtmlEncoder.Default.Encode(text);
}
