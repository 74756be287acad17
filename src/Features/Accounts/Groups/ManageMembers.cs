using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Accounts;

/// <summary>Who is in a group of customers. To put in who is in, or take out who is not, changes nothing: it needs no key.</summary>
internal static class ManageMembers
{
    private const int LimitDefault = 40;
    private const int LimitMax = 100;
    private const string CursorPrefix = "gm";

    public sealed record Member(string Id, string Email, string DisplayName, DateTimeOffset AddedAt);

    public sealed record MemberPage(IReadOnlyList<Member> Data, PageInfo Page);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var members = routes.MapGroup("/api/admin/v1/customer-groups/{code}/members").ForAdmin()
            .WithTags("Customer groups (administration)");
        members.MapGet("", List).WithName("ListGroupMembers").WithSummary("Who is in a group of customers, the oldest accounts first.")
            .Refuses(Problems.GroupNotFound, WebProblems.InvalidCursor);
        members.MapPut("{person}", Add).WithName("AddGroupMember").WithSummary("Put a person into a group of customers.")
            .WithDescription("It has its effect everywhere within two seconds.")
            .Refuses(Problems.GroupNotFound, WebProblems.NotFound, Problems.InTooManyGroups, Problems.TooManyMembers);
        members.MapDelete("{person}", Remove).WithName("RemoveGroupMember").WithSummary("Take a person out of a group of customers.")
            .WithDescription("It has its effect everywhere within two seconds.")
            .Refuses(WebProblems.NotFound);
    }

    private static async Task<Results<Ok<MemberPage>, Problem>> List(
        string code, HttpContext http, GroupStore store, CancellationToken cancel, [Range(1, LimitMax)] int limit = LimitDefault,
        string? after = null)
    {
        var last = 0L;
        if (after is not null && !PublicId.TryParse(CursorPrefix, after, out last))
            return WebProblems.InvalidCursor;
        if (!ManageGroups.IsCode(code) || await store.Find(code, cancel) is not { } group)
            return Problems.GroupNotFound;
        var (shown, page) = PageInfo.Cut(
            await store.ListMembers(group.Id, last, limit + 1, cancel), limit,
            member => PublicId.Format(CursorPrefix, member.Person));
        http.Response.Headers.CacheControl = "private, no-store";
        return TypedResults.Ok(new MemberPage([.. shown.Select(Of)], page));
    }

    private static async Task<Results<Ok<Member>, Problem>> Add(
        string code, string person, GroupStore store, CancellationToken cancel)
    {
        if (!ManageGroups.IsCode(code))
            return Problems.GroupNotFound;
        if (!PublicId.TryParse(Account.IdPrefix, person, out var number))
            return WebProblems.NotFound;
        switch (await store.Join(code, number, cancel))
        {
            case Joining.UnknownGroup: return Problems.GroupNotFound;
            case Joining.UnknownPerson: return WebProblems.NotFound;
            case Joining.TooManyGroups: return Problems.InTooManyGroups;
            case Joining.TooManyMembers: return Problems.TooManyMembers;
            case Joining.Done or Joining.AlreadyIn:
                return await store.FindMember(code, number, cancel) is { } member
                    ? TypedResults.Ok(Of(member))
                    : WebProblems.NotFound;    // taken out since
            default: throw new UnreachableException();
        }
    }

    private static async Task<Results<NoContent, Problem>> Remove(
        string code, string person, GroupStore store, CancellationToken cancel) =>
        ManageGroups.IsCode(code) && PublicId.TryParse(Account.IdPrefix, person, out var number)
            && await store.Leave(code, number, cancel)
                ? TypedResults.NoContent()
                : WebProblems.NotFound;

    private static Member Of(GroupMember member) => new(
        PublicId.Format(Account.IdPrefix, member.Person), member.Email, member.DisplayName, member.AddedAt);
}
