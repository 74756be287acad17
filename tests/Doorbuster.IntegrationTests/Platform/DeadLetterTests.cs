using System.Diagnostics;
using Doorbuster.Platform;
using Doorbuster.Platform.Audit;
using Doorbuster.Platform.Messaging;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.IntegrationTests.Platform;

/// <summary>What an operator does with many messages at once.</summary>
public sealed class DeadLetterTests(SharedStores stores)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Thousands_are_sent_again_in_portions_with_one_note_each()
    {
        await using var database = await TestDatabase.Migrated(stores);
        using var process = TestProcess.Build(database.Addresses, Work.None);
        var queue = process.Services.GetRequiredService<QueueStore>();
        await database.Run(Letters(1, 4_800));
        Actor.Begin(Actor.Local("doorbuster queue dead retry"));

        var began = Stopwatch.GetTimestamp();
        var retried = await queue.RetryAll(Cancel);
        var took = Stopwatch.GetElapsedTime(began);

        Assert.Equal(4_800, retried);
        Assert.Equal(0L, await database.Scalar<long>("select count(*) from messaging.dead_letters"));
        Assert.Equal(4_800L, await database.Scalar<long>(
            "select count(distinct (retry_of, consumer)) from messaging.outbox where retry_of is not null"));
        Assert.Equal("10 4800", await database.Scalar<string>(
            """
            select count(*) || ' ' || sum((after ->> 'letters')::int) from audit.entries
            where action = 'dead_letter.retry' and subject = 'all'
              and (after ->> 'letters')::int = (after -> 'types' ->> 'One')::int + (after -> 'types' ->> 'Two')::int
            """));
        Assert.True(took < TimeSpan.FromSeconds(10), $"It took {took}.");
    }

    [Fact]
    public async Task A_page_of_them_is_read_by_an_index_and_without_what_they_say()
    {
        await using var database = await TestDatabase.Migrated(stores);
        using var process = TestProcess.Build(database.Addresses, Work.None);
        var queue = process.Services.GetRequiredService<QueueStore>();
        await database.Run(Letters(1, 3_000) + "; analyze messaging.dead_letters");

        var first = await queue.DeadLetters(null, null, null, 40, Cancel);
        var second = await queue.DeadLetters(null, null, DeadLetterCursor.Of(first[^1]), 40, Cancel);

        Assert.All(first.Concat(second), letter => Assert.Null(letter.Body));
        Assert.Equal(80, first.Concat(second).DistinctBy(letter => (letter.Consumer, letter.Id)).Count());
        Assert.Equal("""{"n":1}""", (await queue.FindDeadLetter("nobody.there", 7, Cancel))!.Body);
        Assert.Contains("dead_letters_listed", await database.Scalar<string>(
            "explain (format json) select id from messaging.dead_letters order by died_at desc, id desc, consumer desc limit 41"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_many_things_written_at_once_a_transaction_files_their_number()
    {
        await using var database = await TestDatabase.Migrated(stores);
        Actor.Begin(Actor.Local("doorbuster test"));
        await File(AuditLog.NotesMax);
        await File(AuditLog.NotesMax + 1);

        Assert.Equal($"{AuditLog.NotesMax} 1", await database.Scalar<string>(
            """
            select count(*) filter (where action = 'thing.change') || ' ' || count(*) filter (
              where action = 'thing.import' and subject = 'all' and after::text = '{"added":167,"changed":334,"removed":0}')
            from audit.entries
            """));

        async Task File(int count)
        {
            await using var connection = await database.Source.OpenConnectionAsync(Cancel);
            await using var transaction = await connection.BeginTransactionAsync(Cancel);
            await transaction.AuditAll("thing.import", [.. Enumerable.Range(0, count).Select(i => new AuditNote(
                "thing.change", $"{i}", i % 3 == 0 ? null : new() { ["n"] = 1 }, new() { ["n"] = 2 }))], Cancel);
            await transaction.CommitAsync(Cancel);
        }
    }

    private static string Letters(int from, int to) =>
        $$"""
        insert into messaging.dead_letters (id, consumer, type, body, error, attempts, made_at)
        select n, 'nobody.there', case n % 3 when 0 then 'One' else 'Two' end, '{"n":1}', 'broken', 8, now()
        from generate_series({{from}}, {{to}}) n
        """;
}
