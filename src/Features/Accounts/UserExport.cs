using System.Runtime.CompilerServices;
using Doorbuster.Platform;

namespace Doorbuster.Accounts;

/// <summary>Everybody who has an account as rows of CSV, the oldest accounts first. Passwords do not leave.</summary>
internal sealed class UserExport(AccountStore store)
{
    public static readonly string[] Header =
        ["id", "email", "display_name", "is_admin", "can_sign_in", "time_zone", "created_at"];

    private const int PageSize = 5_000;

    public async IAsyncEnumerable<string[]> Rows([EnumeratorCancellation] CancellationToken cancel)
    {
        var after = 0L;
        while (await store.Page(after, PageSize, cancel) is { Count: > 0 } people)
        {
            foreach (var person in people)
                yield return Fields(person);
            after = people[^1].Id;
        }
    }

    private static string[] Fields(Account person) =>
    [
        PublicId.Format(Account.IdPrefix, person.Id), person.Email, person.DisplayName, person.IsAdmin ? "yes" : "no",
        person.PasswordHash is null ? "no" : "yes", person.TimeZone ?? "", $"{person.CreatedAt.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}",
    ];
}
