using Doorbuster.Storefront.Api;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.Storefront.Rendering;

/// <summary>What a page's handler decides.</summary>
public abstract record PageResult
{
    private PageResult() { }

    /// <summary>Show this.</summary>
    internal sealed record Shown(Type Component, object Model, int Status) : PageResult;

    /// <summary>Go there, by GET: what follows a form, so that a reload sends nothing twice.</summary>
    /// <param name="Path">In the shop, without the language; an address elsewhere begins with its scheme.</param>
    internal sealed record GoneTo(string Path) : PageResult;

    /// <summary>There is nothing to show but why not.</summary>
    internal sealed record Failed(ApiRefusal Refusal) : PageResult;

    public static PageResult View<TView, TModel>(TModel model, int status = StatusCodes.Status200OK)
        where TView : View<TModel> where TModel : notnull => new Shown(typeof(TView), model, status);

    public static PageResult GoTo(string path) => new GoneTo(path);

    public static PageResult Refused(ApiRefusal refusal) => new Failed(refusal);

    public static PageResult NotFound { get; } = new Failed(new() { Code = "not_found", Status = StatusCodes.Status404NotFound });
}
