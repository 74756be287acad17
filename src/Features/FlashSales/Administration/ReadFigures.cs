using System.Collections.Concurrent;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;
using Doorbuster.Platform.Messaging;
using Doorbuster.Platform.Telemetry;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.FlashSales;

/// <summary>A sale as it runs, in figures; for who watches it every second.</summary>
internal sealed class ReadFigures(IClaims claims, TimeProvider clock)
{
    /// <param name="At">When these were true.</param>
    /// <param name="Left">Units the gate has free; null while nobody asked it.</param>
    /// <param name="Count">The units, counted some seconds ago; null while there is no pool.</param>
    /// <param name="Requests">Answers to claims of this sale by outcome, since it began, by all processes.</param>
    /// <param name="Times">Of claims of all sales, by all processes.</param>
    /// <param name="Pipeline">What is to be done after claims and orders.</param>
    public sealed record Response(
        string Id, string Phase, int Version, DateTime At, long Units, long? Left, UnitCount? Count,
        IReadOnlyDictionary<string, long> Requests, ClaimTimes Times, Pipeline Pipeline);

    /// <param name="Drift">Units on which gate and ledger disagree; null when the gate could not be asked. While units move it may be
    /// off for a moment: the audit says for certain.</param>
    public sealed record UnitCount(DateTime At, long Kept, long Held, long? Free, long? Drift);

    /// <param name="BoundsSeconds">Upper bounds of the counts; the last count is for what took longer.</param>
    /// <param name="Counts">Requests since the processes began.</param>
    public sealed record ClaimTimes(IReadOnlyList<double> BoundsSeconds, IReadOnlyList<long> Counts);

    /// <param name="Waiting">Messages that wait for a consumer.</param>
    /// <param name="OldestSeconds">How long the oldest has.</param>
    /// <param name="Dead">Given up.</param>
    public sealed record Pipeline(long Waiting, double OldestSeconds, long Retrying, long Dead);

    private const int SalesMax = 1_000;
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Shown = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<long, OneLook<UnitCount?>> _counts = new();

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/admin/v1/sales/{id}/figures", Handle)
        .ForAdmin()
        .WithName("GetSaleFigures").WithTags("Sales (administration)")
        .WithSummary("A sale as it runs: answers by outcome, stock, times and what is still to be done.")
        .Refuses(WebProblems.NotFound);

    private static async Task<Results<Ok<Response>, Problem>> Handle(
        string id, SaleStore store, ReadFigures figures, ClaimFigures counted, QueueFigures queue, HttpContext http,
        CancellationToken cancel)
    {
        if (!PublicId.TryParse(FlashSale.PublicPrefix, id, out var number)
            || await store.Find(number, cancel) is not { } sale)
            return WebProblems.NotFound;
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(await figures.Of(sale, counted, await queue.Read(cancel), cancel));
    }

    private async Task<Response> Of(FlashSale sale, ClaimFigures counted, QueueFigure queue, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var pool = sale.IsPreparing ? null : await claims.FindPool(sale.Id, cancel);
        var requests = await counted.Requests(sale.Id);
        return new Response(
            sale.PublicId, sale.PhaseAt(now, pool).Word, sale.Version, now.UtcDateTime, sale.Units, pool?.Left,
            pool is null ? null : await Count(sale.Id, cancel),
            new SortedDictionary<string, long>(
                ClaimCounts.Words.Select((word, i) => (word, count: requests[i])).Where(one => one.count > 0)
                    .ToDictionary(one => one.word, one => one.count), StringComparer.Ordinal),
            new([.. RouteTimes.Bounds], await counted.Times()),
            new(queue.Waiting, Math.Round(queue.OldestSeconds, 3), queue.Retrying, queue.Dead));
    }

    // Once for all who watch, and not every second: the units that are held are counted one by one.
    private Task<UnitCount?> Count(long sale, CancellationToken cancel)
    {
        if (_counts.Count > SalesMax)
            _counts.Clear();
        return _counts.GetOrAdd(sale, _ => new(() => CountNow(sale), Fresh, Shown, clock)).Read(cancel);
    }

    private async Task<UnitCount?> CountNow(long sale) => await claims.Look(sale, CancellationToken.None) is { } look
        ? new(clock.GetUtcNow().UtcDateTime, look.Kept, look.Held, look.Free, look.Drift)
        : null;
}
