using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Catalog.Administration;

/// <summary>The tree of categories: add, rename, move, remove. Slugs follow from the names.</summary>
internal static class EditCategories
{
    private static readonly TimeSpan MoveMax = TimeSpan.FromSeconds(30);    // all products below get a new version

    /// <param name="Parent">A slug; null: at the top.</param>
    public sealed record NewCategory(string Name, string? Parent = null);

    /// <param name="Parent">A slug to move it below, or empty for the top; null: where it is.</param>
    public sealed record CategoryChange(string? Name = null, string? Parent = null);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var categories = routes.MapGroup("/api/admin/v1/catalog/categories").ForAdmin().WithTags("Catalog (administration)");
        categories.MapGet("", List).WithName("ListCategoriesForAdmin").WithSummary("All categories in order of their slugs.");
        categories.MapGet("{slug}", Get).WithName("GetCategoryForAdmin")
            .WithSummary("A category with its version, which a change must name.").Refuses(Problems.CategoryNotFound)
            .Produces(StatusCodes.Status304NotModified);
        categories.MapPost("", Create).WithName("CreateCategory").WithSummary("A new category, at the top or below another.")
            .Refuses(Problems.UnknownCategory, Problems.CategoryTaken, Problems.CategoryTooDeep, Problems.TooManyCategories)
            .Idempotent(CatalogFeature.SchemaName);
        categories.MapPatch("{slug}", Change).WithName("ChangeCategory")
            .WithSummary("Rename or move a category with everything below it.").TakesAtMost(MoveMax)
            .Refuses(
                Problems.CategoryNotFound, Problems.UnknownCategory, Problems.CategoryTaken, Problems.CategoryTooDeep,
                Problems.CategoryCycle, Problems.VersionRequired, Problems.VersionOutdated);
        categories.MapDelete("{slug}", Remove).WithName("RemoveCategory").WithSummary("Remove a category that has nothing in it.")
            .Refuses(
                Problems.CategoryNotFound, Problems.CategoryNotEmpty, Problems.VersionRequired, Problems.VersionOutdated);
    }

    private static async Task<Ok<AdminViews.CategoryList>> List(
        AdminStore store, CancellationToken cancel, [Range(1, 100)] int limit = 100,
        [StringLength(400)] string? after = null)
    {
        var (shown, page) = PageInfo.Cut(
            await store.ListCategories(Clean(after ?? ""), limit + 1, cancel), limit, category => category.Slug);
        return TypedResults.Ok(new AdminViews.CategoryList(shown, page));
    }

    private static async Task<Results<Ok<AdminViews.Category>, StatusCodeHttpResult, Problem>> Get(
        string slug, AdminStore store, HttpContext http, CancellationToken cancel)
    {
        if (await store.FindCategory(Clean(slug), cancel) is not { } category)
            return Problems.CategoryNotFound;
        return Versions.IsKnown(http, category.Version)
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(category);
    }

    private static async Task<Results<Created<AdminViews.Category>, Problem>> Create(
        NewCategory request, Person person, IdempotentRequest once, ChangeLog log, Ids ids, HttpContext http,
        CancellationToken cancel)
    {
        if (!CategoryPath.IsName(request.Name))
            return WrongName();
        var transaction = once.Transaction;
        var tree = await CategoryWrites.Lock(transaction, cancel);
        var parent = request.Parent is null ? null : tree.Find(request.Parent);
        if (request.Parent is not null && parent is null)
            return Problems.UnknownCategory;
        if (tree.Add(ids.Next(), request.Name, parent) is not TreeChange.Done { Nodes: [var node] } done)
            return Refuse(tree.Add(0, request.Name, parent));
        await CategoryWrites.Add(transaction, node, cancel);
        var made = (await AdminStore.FindCategory(transaction, node.Slug, cancel))!;
        await log.Note(transaction, person.Id, ChangeLog.OfCategory, made.Slug, null, made, CatalogJson.Default.AdminCategory, cancel);
        http.Response.Headers.ETag = EntityTags.OfVersion(made.Version);
        return TypedResults.Created($"/api/admin/v1/catalog/categories/{Uri.EscapeDataString(made.Slug)}", made);
    }

    private static Task<Results<Ok<AdminViews.Category>, Problem>> Change(
        string slug, CategoryChange request, [FromHeader(Name = "If-Match")] string? ifMatch, Person person, Editing editing,
        CategoryWrites writes, HttpContext http, CancellationToken cancel)
    {
        CategoryTree? tree = null;
        return editing.Change(
            http, ifMatch, person, Find, Problems.CategoryNotFound, Name, CatalogJson.Default.AdminCategory, Edit,
            after => TypedResults.Ok(after!), cancel);

        async Task<AdminViews.Category?> Find(Npgsql.NpgsqlTransaction transaction)
        {
            tree = await CategoryWrites.Lock(transaction, cancel);
            return await AdminStore.FindCategory(transaction, Clean(slug), cancel);
        }

        async Task<Edited<AdminViews.Category>> Edit(Npgsql.NpgsqlTransaction transaction, AdminViews.Category before)
        {
            if (request is { Name: null, Parent: null })
                return new(null, WebProblems.Invalid("body", "must change something"));
            if (request.Name is not null && !CategoryPath.IsName(request.Name))
                return new(null, WrongName());
            var parentSlug = request.Parent ?? before.Parent ?? "";
            var parent = parentSlug.Length == 0 ? null : tree!.Find(parentSlug);
            if (parentSlug.Length > 0 && parent is null)
                return new(null, Problems.UnknownCategory);
            var change = tree!.Move(tree.Find(before.Slug)!, request.Name ?? before.Name, parent);
            if (change is not TreeChange.Done done)
                return new(null, Refuse(change));
            await writes.Move(transaction, done.Nodes, cancel);
            return new(await AdminStore.FindCategory(transaction, done.Nodes[0].Slug, cancel));
        }
    }

    private static Task<Results<NoContent, Problem>> Remove(
        string slug, [FromHeader(Name = "If-Match")] string? ifMatch, Person person, Editing editing, HttpContext http,
        CancellationToken cancel) => editing.Change(
            http, ifMatch, person,
            async transaction =>
            {
                await CategoryWrites.Lock(transaction, cancel);
                return await AdminStore.FindCategory(transaction, Clean(slug), cancel);
            },
            Problems.CategoryNotFound, Name, CatalogJson.Default.AdminCategory,
            async (transaction, before) => await CategoryWrites.Remove(transaction, before.Slug, cancel)
                ? new(null)
                : new(null, Problems.CategoryNotEmpty),
            _ => TypedResults.NoContent(), cancel);

    private static (string, string, long) Name(AdminViews.Category category) =>
        (ChangeLog.OfCategory, category.Slug, category.Version);

    private static Problem WrongName() => WebProblems.Invalid("name",
        $"must be 1 to {CategoryPath.NameMax} characters with a letter or digit, without > and spaces at its ends");

    private static Problem Refuse(TreeChange change) => change switch
    {
        TreeChange.Cycle => Problems.CategoryCycle,
        TreeChange.TooDeep => Problems.CategoryTooDeep,
        TreeChange.Taken taken => Problems.CategoryTaken.With(taken.Slug),
        TreeChange.Full => Problems.TooManyCategories,
        _ => throw new UnreachableException(),
    };

    // PostgreSQL keeps no NUL; nothing is called so.
    private static string Clean(string slug) => slug.Replace("\0", "\uFFFD", StringComparison.Ordinal);
}
