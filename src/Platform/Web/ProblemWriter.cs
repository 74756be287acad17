using Microsoft.AspNetCore.Http;

namespace Doorbuster.Platform.Web;

/// <summary>Gives the framework's own problems (validation above all) the form and the codes of ours.</summary>
internal sealed class ProblemWriter : IProblemDetailsService
{
    public async ValueTask WriteAsync(ProblemDetailsContext context) => await TryWriteAsync(context);

    public async ValueTask<bool> TryWriteAsync(ProblemDetailsContext context)
    {
        var problem = context.ProblemDetails is HttpValidationProblemDetails invalid
            ? InvalidRequests.Explain(invalid.Errors)
            : WebProblems.Of(context.ProblemDetails.Status ?? context.HttpContext.Response.StatusCode)
                ?? WebProblems.InvalidRequest;
        await problem.ExecuteAsync(context.HttpContext);
        return true;
    }
}
