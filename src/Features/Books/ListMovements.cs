using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Doorbuster.Contracts.Books;
using Doorbuster.Contracts.People;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Books;

/// <summary>What came into a person's wallet and what left it, newest first.</summary>
internal static class ListMovements
{
    private const int LimitDefault = 40;
    private const int LimitMax = 100;
    private const string CursorPrefix = "mc";

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/me/wallet/movements", Handle)
        .WithName("ListWalletMovements")
        .WithSummary("What moved in your wallet, newest first")
        .WithDescription("Money and points; `unit` (a currency or `points`) leaves out the others.")
        .Produces<MovementPage>()
        .Refuses(WebProblems.InvalidCursor);

    private static async Task<IResult> Handle(
        Person person, HttpContext http, BookStore store, CancellationToken cancel,
        [Range(1, LimitMax)] int limit = LimitDefault, string? after = null,
        [RegularExpression("^([A-Z]{3}|points)$")] string? unit = null)
    {
        var before = long.MaxValue;
        if (after is not null && !PublicId.TryParse(CursorPrefix, after, out before))
            return WebProblems.InvalidCursor;

        var (shown, page) = PageInfo.Cut(
            await store.Movements(BookAccounts.OfPerson(person.Id), unit, before, limit + 1, cancel), limit,
            movement => PublicId.Format(CursorPrefix, movement.Id));
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new MovementPage([.. shown.Select(MovementView.Of)], page));
    }
}

internal sealed record MovementPage(IReadOnlyList<MovementView> Data, PageInfo Page);

/// <param name="Unit">A currency, then amounts are in its minor unit; or <c>points</c>.</param>
/// <param name="Balance">After it.</param>
internal sealed record MovementView(string Id, string Reason, string Unit, long Amount, long Balance, DateTime At)
{
    public static MovementView Of(Movement movement) => new(
        PublicId.Format("mov", movement.Id), movement.Reason, movement.Unit, movement.Amount, movement.Balance,
        movement.At.UtcDateTime);
}

/// <summary>The wallet in a person's own export: all of it.</summary>
internal sealed class WalletData(BookStore store) : IPersonalData
{
    private const int PageSize = 5_000;

    public sealed record Export(WalletView Wallet, IReadOnlyList<MovementView> Movements);

    public string Name => BookStore.WalletPart;

    async Task<ReadOnlyMemory<byte>> IPersonalData.Export(long person, CancellationToken cancel)
    {
        var account = BookAccounts.OfPerson(person);
        var movements = new List<MovementView>();
        for (var before = long.MaxValue; ;)
        {
            var some = await store.Movements(account, unit: null, before, PageSize, cancel);
            movements.AddRange(some.Select(MovementView.Of));
            if (some.Count < PageSize)
                break;
            before = some[^1].Id;
        }
        return JsonSerializer.SerializeToUtf8Bytes(
            new Export(WalletView.Of(await store.Balances(account, cancel)), movements), BooksJson.Default.WalletExport);
    }
}
