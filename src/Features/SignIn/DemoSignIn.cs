using Doorbuster.Contracts.Accounts;
using Doorbuster.Platform;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.SignIn;

/// <summary>One of the demonstration's shoppers signs in at every start, so that there is a day to see; the others can still.</summary>
internal static class DemoSignIn
{
    private const string Email = "grace@example.test";

    public static async Task Seed(IServiceProvider services, CancellationToken cancel)
    {
        if (await services.GetRequiredService<IPeople>().FindByEmail(Email, cancel) is not { } grace)
            return;
        var day = $"{services.GetRequiredService<TimeProvider>().GetUtcNow():yyyy-MM-dd}";
        try
        {
            await services.GetRequiredService<SignInDesk>().SignIn(grace.Id, $"demo-{day}", cancel);
        }
        catch (StoreAwayException)
        {
            // A demonstration without this day is one, too.
        }
    }
}
