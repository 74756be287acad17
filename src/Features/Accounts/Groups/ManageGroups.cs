using System.ComponentModel.DataAnnotations;
using Doorbuster.Platform;
using Doorbuster.Platform.Postgres;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Accounts;

/// <summary>Groups of customers: made, renamed, removed.</summary>
internal static class ManageGroups
{
    private const int LimitDefault = 40;
    private const int LimitMax = 100;

    /// <param name="Code">For ever; price lists name the group by it.</param>
    public sealed record NewGroup(
        [StringLength(CustomerGroup.CodeMax, MinimumLength = 1), RegularExpression(CustomerGroup.CodeShape, ErrorMessage = CustomerGroup.CodeAdvice)]
        string Code,
        [StringLength(CustomerGroup.NameMax, MinimumLength = 1), RegularExpression(Account.NameShape, ErrorMessage = Account.NameAdvice)]
        string Name);

    public sealed record GroupChange(
        [StringLength(CustomerGroup.NameMax, MinimumLength = 1), RegularExpression(Account.NameShape, ErrorMessage = Account.NameAdvice)]
        string Name);

    /// <param name="Members">How many people are in it.</param>
    /// <param name="Version">Of its name.</param>
    public sealed record Group(string Code, string Name, long Members, long Version, DateTimeOffset MadeAt);

    public sealed record GroupPage(IReadOnlyList<Group> Data, PageInfo Page);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var groups = routes.MapGroup("/api/admin/v1/customer-groups").ForAdmin().WithTags("Customer groups (administration)");
        groups.MapGet("", List).WithName("ListCustomerGroups").WithSummary("Groups of customers, by code.")
            .Refuses(WebProblems.InvalidCursor, WebProblems.NotFound);
        groups.MapGet("{code}", Get).WithName("GetCustomerGroup").WithSummary("A group of customers.")
            .Refuses(Problems.GroupNotFound);
        groups.MapPost("", Create).WithName("CreateCustomerGroup").WithSummary("A new group of customers, nobody in it.")
            .Refuses(Problems.GroupTaken, Problems.TooManyGroups).Idempotent(AccountsFeature.SchemaName);
        groups.MapPatch("{code}", Rename).WithName("RenameCustomerGroup").WithSummary("Give a group of customers another name.")
            .Refuses(Problems.GroupNotFound, Problems.GroupVersionRequired, Problems.GroupOutdated);
        groups.MapDelete("{code}", Remove).WithName("RemoveCustomerGroup").WithSummary("Remove a group of customers.")
            .WithDescription("Whoever is in it is not in it any more: what was for its members only is for nobody.")
            .Refuses(Problems.GroupNotFound, Problems.GroupVersionRequired, Problems.GroupOutdated);
    }

    /// <param name="person">Only those this person is in.</param>
    private static async Task<Results<Ok<GroupPage>, Problem>> List(
        HttpContext http, GroupStore store, CancellationToken cancel, string? person = null,
        [Range(1, LimitMax)] int limit = LimitDefault, string? after = null)
    {
        if (after is { Length: > CustomerGroup.CodeMax } || after?.Contains('\0', StringComparison.Ordinal) == true)
            return WebProblems.InvalidCursor;
        var number = 0L;
        if (person is not null && !PublicId.TryParse(Account.IdPrefix, person, out number))
            return WebProblems.NotFound;
        var (shown, page) = PageInfo.Cut(
            await store.List(person is null ? null : number, after ?? "", limit + 1, cancel), limit, group => group.Code);
        http.Response.Headers.CacheControl = "private, no-store";
        return TypedResults.Ok(new GroupPage([.. shown.Select(Of)], page));
    }

    private static async Task<Results<Ok<Group>, Problem>> Get(
        string code, HttpContext http, GroupStore store, CancellationToken cancel)
    {
        if (!IsCode(code) || await store.Find(code, cancel) is not { } group)
            return Problems.GroupNotFound;
        EntityTags.SetPrivate(http, EntityTags.OfVersion(group.Version));
        return TypedResults.Ok(Of(group));
    }

    private static async Task<Results<Created<Group>, Problem>> Create(
        NewGroup request, IdempotentRequest once, HttpContext http, GroupStore store, CancellationToken cancel)
    {
        await GroupStore.Lock(once.Transaction, cancel);
        if (!await GroupStore.HasRoom(once.Transaction, cancel))
            return Problems.TooManyGroups;
        if (await store.Add(once.Transaction, request.Code, request.Name.Trim(), cancel) is not { } made)
            return Problems.GroupTaken;
        http.Response.Headers.ETag = EntityTags.OfVersion(made.Version);
        return TypedResults.Created($"/api/admin/v1/customer-groups/{made.Code}", Of(made));
    }

    private static async Task<Results<Ok<Group>, Problem>> Rename(
        string code, GroupChange request, [FromHeader(Name = "If-Match")] string? ifMatch, HttpContext http, GroupStore store,
        CancellationToken cancel)
    {
        if (ReadVersion(ifMatch, out var version) is { } refusal)
            return refusal;
        if (!IsCode(code))
            return Problems.GroupNotFound;
        switch (await store.Rename(code, request.Name.Trim(), version, cancel))
        {
            case (null, _): return Problems.GroupNotFound;
            case (_, IsOutdated: true): return Problems.GroupOutdated;
            case ({ } group, _):
                EntityTags.SetPrivate(http, EntityTags.OfVersion(group.Version));
                return TypedResults.Ok(Of(group));
        }
    }

    private static async Task<Results<NoContent, Problem>> Remove(
        string code, [FromHeader(Name = "If-Match")] string? ifMatch, GroupStore store, CancellationToken cancel)
    {
        if (ReadVersion(ifMatch, out var version) is { } refusal)
            return refusal;
        return (IsCode(code) ? await store.Remove(code, version, cancel) : null) switch
        {
            null => Problems.GroupNotFound,
            false => Problems.GroupOutdated,
            true => TypedResults.NoContent(),
        };
    }

    /// <summary>Whatever is no code names no group; and PostgreSQL takes no zero character.</summary>
    internal static bool IsCode(string text) => text.Length is > 0 and <= CustomerGroup.CodeMax
        && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') && text[0] != '-';

    private static Problem? ReadVersion(string? ifMatch, out long version)
    {
        version = 0;
        if (ifMatch is null)
            return Problems.GroupVersionRequired;
        if (EntityTags.ReadVersion<long>(ifMatch) is not { } read)
            return Problems.GroupOutdated;
        version = read;
        return null;
    }

    private static Group Of(CustomerGroup group) =>
        new(group.Code, group.Name, group.Members, group.Version, group.MadeAt);
}
