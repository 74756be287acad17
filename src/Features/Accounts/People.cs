using Doorbuster.Contracts.Accounts;

namespace Doorbuster.Accounts;

/// <summary>What other features may know of a person.</summary>
internal sealed class People(AccountStore store) : IPeople
{
    public async Task<PersonView?> Find(long person, CancellationToken cancel) =>
        View(await store.Find(person, cancel));

    public async Task<IReadOnlyList<PersonView>> FindMany(
        IReadOnlyCollection<long> people, CancellationToken cancel) =>
        [.. (await store.FindMany([.. people], cancel)).Select(View).OfType<PersonView>()];

    public async Task<PersonView?> FindByEmail(string email, CancellationToken cancel) =>
        View(await store.FindByEmail(email, cancel));

    private static PersonView? View(Account? account) => account is null or { IsErased: true }
        ? null
        : new(account.Id, account.Email, account.DisplayName, account.TimeZone);
}
