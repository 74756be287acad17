using System.Text.Json;
using Doorbuster.Contracts.Books;
using Doorbuster.Contracts.People;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Books;

/// <summary>What a person has here: money by currency, and points.</summary>
internal static class GetWallet
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/me/wallet", Handle)
        .WithName("GetWallet")
        .WithSummary("Your wallet: money by currency, and points")
        .Produces<WalletView>();

    private static async Task<IResult> Handle(
        Person person, HttpContext http, BookStore store, CancellationToken cancel)
    {
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(WalletView.Of(await store.Balances(BookAccounts.OfPerson(person.Id), cancel)));
    }
}

/// <param name="Balances">Money, a currency each, in minor units.</param>
internal sealed record WalletView(IReadOnlyList<MoneyView> Balances, long Points)
{
    public static WalletView Of(IReadOnlyList<(string Unit, long Balance)> balances) => new(
        [.. balances.Where(one => one.Unit != BookUnits.Points).Select(one => new MoneyView(one.Balance, one.Unit))],
        balances.FirstOrDefault(one => one.Unit == BookUnits.Points).Balance);
}

/// <summary>The wallet in a person's overview.</summary>
internal sealed class WalletOverview(BookStore store) : IOverviewPart
{
    public string Name => BookStore.WalletPart;

    public async Task<ReadOnlyMemory<byte>> Load(
        long person, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> needed, CancellationToken cancel) =>
        JsonSerializer.SerializeToUtf8Bytes(
            WalletView.Of(await store.Balances(BookAccounts.OfPerson(person), cancel)), BooksJson.Default.WalletView);
}
