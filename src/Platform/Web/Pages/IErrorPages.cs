using Microsoft.AspNetCore.Http;

namespace Doorbuster.Platform.Web.Pages;

/// <summary>Says a refusal to a person, where a program would get problem details.</summary>
public interface IErrorPages
{
    /// <summary>Answers with a page, or leads to where the refusal can be mended, such as to signing in.</summary>
    Task Answer(HttpContext http, Problem problem);
}
