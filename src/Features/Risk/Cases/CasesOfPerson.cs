using System.Text.Json;
using Doorbuster.Contracts.People;
using Doorbuster.Platform;

namespace Doorbuster.Risk.Cases;

/// <summary>People may know that a machine looked at their orders, what for, and how it ended.</summary>
internal sealed class CasesOfPerson(CaseStore store) : IPersonalData
{
    private const int CountMax = 10_000;

    public string Name => "risk";

    public async Task<ReadOnlyMemory<byte>> Export(long person, CancellationToken cancel) =>
        JsonSerializer.SerializeToUtf8Bytes(
            [.. (await store.ListOf(person, CountMax, cancel)).Select(found => new OwnCase(
                PublicId.Format("ord", found.Order), Case.NameOf(found.State),
                [.. found.Reasons.Select(reason => reason.Kind).Distinct()], found.FoundAt, found.DecidedAt))],
            RiskJson.Default.ListOwnCase);
}
