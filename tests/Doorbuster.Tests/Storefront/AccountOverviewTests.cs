using System.Text;
using Doorbuster.Storefront.Assets;
using Doorbuster.Storefront.Languages;
using Doorbuster.Storefront.Pages.Account;
using Doorbuster.Storefront.Rendering;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Doorbuster.Tests.Storefront;

public sealed class AccountOverviewTests
{
    private static readonly AssetStore Assets = new();

    [Fact]
    public async Task Parts_that_cannot_be_had_say_so_and_the_others_are_shown()
    {
        var page = await Render(new(
            new() { Points = new(1_234), Missing = ["orders", "wallet", "coupons"], Stale = ["points"] }, Today: null));

        Assert.Contains(">1,234<", page, StringComparison.Ordinal);
        Assert.Equal(6, page.Split("We can&#x27;t show this just now").Length - 1);
        Assert.Contains("as it was a little while ago", page, StringComparison.Ordinal);
        Assert.Contains("<h1>Your account</h1>", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_somebody_is_called_is_text()
    {
        var page = await Render(new(
            new() { Profile = new("usr_1", "a@b.test", "<script>alert(1)</script>", default) }, Today: null));

        Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
    }

    private static async Task<string> Render(AccountModel model)
    {
        await using var services = new ServiceCollection().AddLogging().BuildServiceProvider();
        return Encoding.UTF8.GetString(await new PageRenderer(services, NullLoggerFactory.Instance).Render(
            typeof(AccountOverview), model,
            new()
            {
                Language = Language.English,
                Assets = Assets,
                Path = "/account",
                Origin = "http://shop.test",
                Now = DateTimeOffset.UnixEpoch,
            }));
    }
}
