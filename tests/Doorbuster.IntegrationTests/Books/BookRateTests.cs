using System.Diagnostics;
using Doorbuster.Books;
using Doorbuster.Contracts.Books;
using Doorbuster.Platform;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.IntegrationTests.Books;

/// <summary>By hand (<c>-explicit only</c>): how many red packets' parts a second get into the books.</summary>
public sealed class BookRateTests(Database database, ITestOutputHelper output) : IClassFixture<Database>
{
    private const int People = 40_000;

    [Theory(Explicit = true)]
    [InlineData(64)]
    [InlineData(256)]
    [InlineData(512)]
    public async Task Parts_of_red_packets_a_second(int batch)
    {
        var services = await database.StartProcess(Work.None);
        var books = services.GetRequiredService<IBooks>();
        var at = TimeProvider.System.GetUtcNow();
        var batches = Enumerable.Range(0, People)
            .Select(i => BookEntry.Move(
                $"rate:{batch}:{i}", "red_packet", at, "GBP", 1, BookAccounts.OfHouse("red_packets"),
                BookAccounts.OfPerson((batch * 1_000_000L) + i)))
            .Chunk(batch).ToList();
        await books.PostAll(batches[0], default);

        var started = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(
            batches.Skip(1), new ParallelOptions { MaxDegreeOfParallelism = 2 },
            async (some, cancel) => await books.PostAll(some, cancel));
        var rate = (People - batch) / Stopwatch.GetElapsedTime(started).TotalSeconds;
        output.WriteLine($"{rate:N0} entries/s in batches of {batch}");
        Assert.True((await services.GetRequiredService<BookAudit>().Run(default)).IsClean);
    }
}
