using System.ComponentModel.DataAnnotations;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Accounts;

/// <summary>Find people, and keep somebody out: whoever is blocked cannot sign in, and is signed out everywhere.</summary>
internal static class ManagePeople
{
    private const int LimitDefault = 40;
    private const int LimitMax = 100;
    private const string CursorPrefix = "pc";

    /// <param name="Reason">For colleagues; the person does not see it.</param>
    public sealed record Request(
        [StringLength(200, MinimumLength = 1), RegularExpression(Account.NameShape, ErrorMessage = Account.NameAdvice)] string Reason);

    /// <param name="BlockedAt">Null: may sign in.</param>
    public sealed record View(
        string Id, string Email, string DisplayName, bool IsAdmin, DateTimeOffset CreatedAt, DateTimeOffset? BlockedAt,
        string? BlockedBecause);

    public sealed record ViewPage(IReadOnlyList<View> Data, PageInfo Page);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var people = routes.MapGroup("/api/admin/v1/people").ForAdmin().WithTags("People (administration)");
        people.MapGet("", List).WithName("ListPeople")
            .WithSummary("People who have an account, the newest first.")
            .Refuses(WebProblems.InvalidCursor);
        people.MapGet("{id}", Get).WithName("GetPerson").WithSummary("A person who has an account.")
            .Refuses(WebProblems.NotFound);
        people.MapPost("{id}/block", Block).WithName("BlockPerson")
            .WithSummary("Keep a person out, and end all his sessions.")
            .WithDescription("Whoever is blocked already stays so, for the reason that was given first.")
            .Refuses(WebProblems.NotFound, Problems.CannotBlockYourself);
        people.MapPost("{id}/unblock", Unblock).WithName("UnblockPerson").WithSummary("Let a person sign in again.")
            .Refuses(WebProblems.NotFound);
    }

    /// <param name="email">With which the address begins, whatever its case.</param>
    /// <param name="blocked">Only those who are, or who are not.</param>
    private static async Task<Results<Ok<ViewPage>, Problem>> List(
        HttpContext http, AccountStore store, CancellationToken cancel,
        [StringLength(Account.EmailMax, MinimumLength = 1)] string? email = null, bool? blocked = null,
        [Range(1, LimitMax)] int limit = LimitDefault, string? after = null)
    {
        var before = long.MaxValue;
        if (after is not null && !PublicId.TryParse(CursorPrefix, after, out before))
            return WebProblems.InvalidCursor;
        var (shown, page) = PageInfo.Cut(
            await store.Search(email?.Replace("\0", "", StringComparison.Ordinal), blocked, before, limit + 1, cancel), limit,
            person => PublicId.Format(CursorPrefix, person.Id));
        http.Response.Headers.CacheControl = "private, no-store";
        return TypedResults.Ok(new ViewPage([.. shown.Select(Of)], page));
    }

    private static async Task<Results<Ok<View>, Problem>> Get(
        string id, HttpContext http, AccountStore store, CancellationToken cancel)
    {
        http.Response.Headers.CacheControl = "private, no-store";
        return PublicId.TryParse(Account.IdPrefix, id, out var number) && await store.Find(number, cancel) is { IsErased: false } found
            ? TypedResults.Ok(Of(found))
            : WebProblems.NotFound;
    }

    private static async Task<Results<Ok<View>, Problem>> Block(
        string id, Request request, Person person, AccountStore store, Endings endings, TimeProvider clock,
        CancellationToken cancel)
    {
        if (!PublicId.TryParse(Account.IdPrefix, id, out var number))
            return WebProblems.NotFound;
        if (number == person.Id)
            return Problems.CannotBlockYourself;
        var ended = await store.Block(number, request.Reason.Trim(), clock.GetUtcNow(), cancel);
        if (ended.Count > 0)
            await endings.Tell(ended, cancel);
        return await store.Find(number, cancel) is { IsErased: false } found ? TypedResults.Ok(Of(found)) : WebProblems.NotFound;
    }

    private static async Task<Results<Ok<View>, Problem>> Unblock(string id, AccountStore store, CancellationToken cancel)
    {
        if (!PublicId.TryParse(Account.IdPrefix, id, out var number))
            return WebProblems.NotFound;
        await store.Unblock(number, cancel);
        return await store.Find(number, cancel) is { IsErased: false } found ? TypedResults.Ok(Of(found)) : WebProblems.NotFound;
    }

    private static View Of(Account person) => new(
        PublicId.Format(Account.IdPrefix, person.Id), person.Email, person.DisplayName, person.IsAdmin, person.CreatedAt,
        person.BlockedAt, person.BlockedBecause);
}
