using System.Text.Json;
using Doorbuster.Contracts.People;
using Doorbuster.Platform;

namespace Doorbuster.Accounts;

/// <summary>What accounts keep about a person. The password's hash is no information about anybody.</summary>
internal sealed class AccountData(AccountStore store, AddressStore addresses, GroupStore groups, TimeProvider clock) : IPersonalData
{
    /// <param name="Groups">Names of the groups of customers the person is in.</param>
    public sealed record Export(
        GetMe.Response Profile, IReadOnlyList<AddressView> Addresses, IReadOnlyList<ExportedSession> Sessions,
        IReadOnlyList<string> Groups);

    public sealed record ExportedSession(string Id, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt);

    public string Name => "account";

    async Task<ReadOnlyMemory<byte>> IPersonalData.Export(long person, CancellationToken cancel)
    {
        var me = await store.Find(person, cancel) ?? throw new InvalidOperationException($"There is no person {person}.");
        var export = new Export(
            GetMe.Response.Of(me),
            [.. (await addresses.List(person, cancel)).Select(AddressView.Of)],
            [.. (await store.ListSessions(person, clock.GetUtcNow(), cancel)).Select(row => new ExportedSession(
                PublicId.Format(ListSessions.IdPrefix, row.Id), row.CreatedAt, row.ExpiresAt))],
            [.. (await groups.List(person, "", CustomerGroup.PerPersonMax, cancel)).Select(group => group.Name)]);
        return JsonSerializer.SerializeToUtf8Bytes(export, AccountsJson.Default.AccountExport);
    }
}
