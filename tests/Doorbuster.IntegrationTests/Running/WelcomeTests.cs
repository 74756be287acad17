using System.Diagnostics;

namespace Doorbuster.IntegrationTests.Running;

public sealed class WelcomeTests
{
    [Fact]
    public async Task What_a_newcomer_is_told_to_try_works_as_it_is_written()
    {
        await using var shop = await RunningShop.Up(demo: true);
        await Eventually.IsTrue(
            () => shop.Output.Contains("/api/v1/orders", StringComparison.Ordinal), "the welcome is printed");
        var lines = shop.Output.Split('\n').SkipWhile(line => line.Trim() != "Try").Skip(1)
            .TakeWhile(line => line.StartsWith("  ", StringComparison.Ordinal));

        var script = string.Join("; echo;", lines.Where(line => !line.Contains('#', StringComparison.Ordinal)));
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-c", script]) { RedirectStandardOutput = true })!;
        var answers = await bash.StandardOutput.ReadToEndAsync();

        Assert.Contains("\"sku\":", answers, StringComparison.Ordinal);
        Assert.Contains("\"sal_", answers, StringComparison.Ordinal);
        Assert.Contains("not_open", answers, StringComparison.Ordinal);    // it opens a minute after the start
        Assert.DoesNotContain("unauthenticated", answers, StringComparison.Ordinal);
        Assert.DoesNotContain("/problems/invalid", answers, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_shop_has_no_demonstration_data()
    {
        await using var shop = await RunningShop.Up();
        var products = await shop.Client.GetStringAsync(new Uri("/api/v1/products", UriKind.Relative));
        Assert.StartsWith("{\"data\":[]", products, StringComparison.Ordinal);
    }
}
