using Microsoft.AspNetCore.Http;

namespace Doorbuster.Platform.Web;

/// <summary>
/// A refusal with a stable code, as RFC 9457 problem details. Declared once as a static of the feature, so that the OpenAPI
/// document and the error reference can list it, and its body is written from prepared bytes.
/// </summary>
/// <param name="Code">Stable, snake case: <c>sold_out</c>. Clients switch on it.</param>
/// <param name="Title">A sentence for people.</param>
/// <param name="Retryable">True when the same request may succeed later.</param>
public sealed record Problem(int Status, string Code, string Title, bool Retryable = false) : IResult
{
    public string Type => $"/problems/{Code}";

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = Status;
        return httpContext.Response.WriteAsJsonAsync(new { type = Type, title = Title, status = Status, code = Code, retryable = Retryable });
    }
}
