using System.Text.Json;
using Doorbuster.Contracts.People;
using Doorbuster.Platform;

namespace Doorbuster.Accounts;

/// <summary>The profile's part of the overview.</summary>
internal sealed class ProfilePart(AccountStore store) : IOverviewPart
{
    public const string PartName = "profile";

    public sealed record View(string Id, string Email, string DisplayName, string? TimeZone, DateTimeOffset CreatedAt);

    public string Name => PartName;

    public async Task<ReadOnlyMemory<byte>> Load(
        long person, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> needed, CancellationToken cancel)
    {
        var me = await store.Find(person, cancel) ?? throw new InvalidOperationException($"There is no person {person}.");
        return JsonSerializer.SerializeToUtf8Bytes(
            new View(PublicId.Format(Account.IdPrefix, me.Id), me.Email, me.DisplayName, me.TimeZone, me.CreatedAt),
            AccountsJson.Default.ProfileView);
    }
}
