using System.Text.Json;
using Doorbuster.Contracts.Books;
using Doorbuster.Contracts.People;

namespace Doorbuster.SignIn;

/// <param name="NextExpiry">What is lost first if it is not spent; null when nothing is to be lost.</param>
internal sealed record PointsView(long Balance, PointsExpiry? NextExpiry);

/// <param name="On">From this date of the shop's on.</param>
internal sealed record PointsExpiry(DateOnly On, long Points);

/// <summary>A person's points as he sees them.</summary>
internal sealed class PointsDesk(PointsStore store, IBooks books) : IOverviewPart
{
    string IOverviewPart.Name => "points";

    public async Task<PointsView> Find(long person, CancellationToken cancel)
    {
        var balance = await books.Balance(BookAccounts.OfPerson(person), BookUnits.Points, cancel);
        return new(balance, Next(await store.Lots(person, cancel), balance));
    }

    /// <summary>What was earned first is spent first; so what is left are the newest lots.</summary>
    internal static PointsExpiry? Next(IReadOnlyList<PointsExpiry> lots, long balance)
    {
        var spent = Math.Max(0, lots.Sum(lot => lot.Points) - balance);
        foreach (var lot in lots)
        {
            if (lot.Points > spent)
                return lot with { Points = lot.Points - spent };
            spent -= lot.Points;
        }
        return null;
    }

    async Task<ReadOnlyMemory<byte>> IOverviewPart.Load(
        long person, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> needed, CancellationToken cancel) =>
        JsonSerializer.SerializeToUtf8Bytes(await Find(person, cancel), SignInJson.Default.PointsView);
}
