using Doorbuster.Accounts;
using Doorbuster.Platform;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.IntegrationTests.Accounts;

internal static class Someone
{
    private static int _count;

    /// <summary>A new person, without the time a password takes.</summary>
    public static async Task<long> New(IServiceProvider services, bool isAdmin = false, string? hash = null)
    {
        var person = new Account
        {
            Id = services.GetRequiredService<Ids>().Next(),
            Email = $"someone-{Interlocked.Increment(ref _count)}@example.test",
            DisplayName = "Someone",
            IsAdmin = isAdmin,
            PasswordHash = hash,
            CreatedAt = TimeProvider.System.GetUtcNow(),
        };
        Assert.True(await services.GetRequiredService<AccountStore>().AddPerson(person, CancellationToken.None));
        return person.Id;
    }
}
