using Doorbuster.Contracts.People;
using Doorbuster.Platform;
using Doorbuster.Platform.Messaging;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.Notices;

/// <summary>What was read once stays read; doing it again changes nothing.</summary>
internal static class MarkRead
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var notices = routes.MapGroup("/api/v1/me/notices").ForGuests().WithTags("Me");
        notices.MapPost("{id}/read", One).WithName("MarkNoticeRead")
            .WithSummary("Mark a notice as read").Refuses(WebProblems.NotFound);
        notices.MapPost("read", All).WithName("MarkNoticesRead")
            .WithSummary("Mark your notices as read: all, or those up to one")
            .WithDescription("Give `upTo` the newest notice you have shown, so that one that arrives meanwhile stays unread.")
            .Refuses(WebProblems.NotFound);
    }

    private static async Task<Results<Ok<NoticeView>, Problem>> One(
        string id, Person person, [FromKeyedServices(NoticesFeature.SchemaName)] NpgsqlDataSource db,
        TimeProvider clock, CancellationToken cancel)
    {
        if (!PublicId.TryParse(Notice.IdPrefix, id, out var number))
            return WebProblems.NotFound;
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await NoticeStore.MarkRead(transaction, number, person.Id, clock.GetUtcNow(), cancel) is not { } notice)
            return WebProblems.NotFound;
        await Changed(transaction, person.Id, cancel);
        await transaction.CommitAsync(cancel);
        return TypedResults.Ok(NoticeView.Of(notice));
    }

    private static async Task<Results<Ok<MarkedRead>, Problem>> All(
        Person person, [FromKeyedServices(NoticesFeature.SchemaName)] NpgsqlDataSource db, TimeProvider clock,
        CancellationToken cancel, string? upTo = null)
    {
        var last = long.MaxValue;
        if (upTo is not null && !PublicId.TryParse(Notice.IdPrefix, upTo, out last))
            return WebProblems.NotFound;
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var count = await NoticeStore.MarkAllRead(transaction, last, person.Id, clock.GetUtcNow(), cancel);
        if (count > 0)
            await Changed(transaction, person.Id, cancel);
        await transaction.CommitAsync(cancel);
        return TypedResults.Ok(new MarkedRead(count));
    }

    private static Task Changed(NpgsqlTransaction transaction, long person, CancellationToken cancel) =>
        transaction.Publish(new PersonChanged { People = [person], Part = NoticeWriter.Part }, cancel);
}
