using System.Globalization;
using System.Text;

namespace Doorbuster.Platform.Web.Reference;

/// <summary><c>docs/reference/errors.md</c>: every code the program may answer with, from where each is
/// declared.</summary>
public static class ErrorReference
{
    public static string Markdown()
    {
        var text = new StringBuilder("""
            # Error codes

            Every refusal is an RFC 9457 problem (`application/problem+json`) with `type`, `title`, `status`, `code` and
            `retryable`, and where it helps `detail`, `errors` (by field) and more. Switch on `code`: it is stable. The
            answer's `X-Request-Id` names the request in our log. `Retry-After`, where present, is in seconds.

            This page is written by `bin/doorbuster openapi errors` from the program itself.

            | code | status | what happened | retryable |
            |---|---|---|---|

            """);
        foreach (var problem in ProblemCatalog.All)
            text.Append(CultureInfo.InvariantCulture,
                $"| [`{problem.Code}`](#{problem.Code}) | {problem.Status} | {problem.Title} ")
                .Append(problem.Retryable ? "| yes |\n" : "| no |\n");
        foreach (var problem in ProblemCatalog.All)
            text.Append(CultureInfo.InvariantCulture, $"""

                ## {problem.Code}

                {problem.Status}: {problem.Title}

                {ProblemPages.AdviceOn(problem)} {ProblemPages.RetryAdvice(problem)}

                """);
        return text.ToString();
    }
}
