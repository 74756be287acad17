using System.Text.Json;
using Doorbuster.Contracts.People;

namespace Doorbuster.SignIn;

/// <summary>Sign-ins in the overview and in a person's own export. The overview is cached, so it says what does not depend on
/// the hour: the last date, not whether that is today.</summary>
internal sealed class SignInPart(DayStore days) : IOverviewPart, IPersonalData
{
    /// <param name="LastDay">Null: never.</param>
    /// <param name="Streak">Dates in a row up to the last.</param>
    public sealed record View(DateOnly? LastDay, int Streak);

    public sealed record ExportedDay(DateOnly Day, int Streak, int Points, DateTimeOffset SignedAt);

    string IOverviewPart.Name => DayStore.PartName;

    string IPersonalData.Name => "signIns";

    public async Task<ReadOnlyMemory<byte>> Load(
        long person, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> needed, CancellationToken cancel)
    {
        var last = await days.FindLast(person, cancel);
        return JsonSerializer.SerializeToUtf8Bytes(new View(last?.Day, last?.Streak ?? 0), SignInJson.Default.SignInView);
    }

    public async Task<ReadOnlyMemory<byte>> Export(long person, CancellationToken cancel) =>
        JsonSerializer.SerializeToUtf8Bytes(
            (await days.List(person, DateOnly.MinValue, DateOnly.MaxValue, cancel)).ConvertAll(day =>
                new ExportedDay(day.Day, day.Streak, day.Points, day.SignedAt)),
            SignInJson.Default.ListExportedDay);
}
