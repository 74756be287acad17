using System.ComponentModel.DataAnnotations;
using Doorbuster.Contracts.Books;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.SignIn;

/// <summary>How many points do I have, where did they come from, and until when are they good?</summary>
internal static class ReadPoints
{
    private const int LimitDefault = 40;
    private const int LimitMax = 100;
    private const string CursorPrefix = "pc";

    public sealed record Item(string Reason, long Points, long Balance, DateTimeOffset At);

    public sealed record Page(IReadOnlyList<Item> Data, [property: System.Text.Json.Serialization.JsonPropertyName("page")] PageInfo Info);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/me/points", HandleBalance).ForPerson()
            .WithName("GetPoints").WithSummary("Your points, and what of them is lost first");
        routes.MapGet("/api/v1/me/points/history", HandleHistory).ForPerson()
            .WithName("ListPoints").WithSummary("What moved in your points, newest first")
            .Refuses(WebProblems.InvalidCursor);
    }

    private static async Task<Ok<PointsView>> HandleBalance(
        Person person, HttpContext http, PointsDesk points, CancellationToken cancel)
    {
        http.Response.Headers.CacheControl = "private, no-store";
        return TypedResults.Ok(await points.Find(person.Id, cancel));
    }

    private static async Task<Results<Ok<Page>, Problem>> HandleHistory(
        Person person, HttpContext http, IBooks books, CancellationToken cancel,
        [Range(1, LimitMax)] int limit = LimitDefault, string? after = null)
    {
        var before = long.MaxValue;
        if (after is not null && !PublicId.TryParse(CursorPrefix, after, out before))
            return WebProblems.InvalidCursor;

        var found = await books.Movements(
            BookAccounts.OfPerson(person.Id), BookUnits.Points, before, limit + 1, cancel);
        var (shown, page) = PageInfo.Cut(found, limit, moved => PublicId.Format(CursorPrefix, moved.Id));
        http.Response.Headers.CacheControl = "private, no-store";
        return TypedResults.Ok(new Page(
            [.. shown.Select(moved => new Item(moved.Reason, moved.Amount, moved.Balance, moved.At))],
            page));
    }
}
