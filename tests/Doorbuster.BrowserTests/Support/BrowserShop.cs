using System.Text.Json;
using Doorbuster.BrowserTests.Support;
using Doorbuster.IntegrationTests;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(BrowserShop))]

namespace Doorbuster.BrowserTests.Support;

/// <summary>One demonstration shop and one browser for all tests, started when the first asks. Tests share its data: each makes
/// the people it needs.</summary>
public sealed class BrowserShop : IAsyncLifetime
{
    private static readonly string[] Switches =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--font-render-hinting=none",
    ];

    private RunningShop _shop = null!;
    private IPlaywright _playwright = null!;
    private readonly Lazy<Task<string>> _password;

    public BrowserShop() => _password = new(async () =>
        (await _shop.Ask("user", "create-admin", "--email", Administrator.Email)).GetProperty("password").GetString()!);

    public IBrowser Browser { get; private set; } = null!;

    public Uri Address => _shop.Client.BaseAddress!;

    /// <summary>Programs talk to it by this.</summary>
    public HttpClient Client => _shop.Client;

    public async ValueTask InitializeAsync()
    {
        _shop = await RunningShop.Up(demo: true);
        // The demonstration is filled in before it listens, but its stock pools are made by a job.
        await Eventually.IsTrue(async () =>
            (await _shop.Client.GetStringAsync(new Uri("/api/v1/products?limit=100", UriKind.Relative)))
                .Contains("\"stockBand\":\"plenty\"", StringComparison.Ordinal),
            "the demonstration's stock is on the shelves", TimeSpan.FromSeconds(60));
        _playwright = await Playwright.CreateAsync();
        Browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Chromium(),
            Args = Switches,
        });
    }

    /// <summary>The public id of the demonstration's sale.</summary>
    public async Task<string> CurrentSale() => JsonDocument
        .Parse(await Client.GetStringAsync(new Uri("/api/v1/sales", UriKind.Relative)))
        .RootElement.GetProperty("data").EnumerateArray()
        .Last(sale => sale.GetProperty("sku").GetString() == "MIDNIGHT-MUG").GetProperty("id").GetString()!;

    /// <summary>The password of an administrator of the tests' own, made when the first asks.</summary>
    public Task<string> AdministratorsPassword => _password.Value;

    /// <summary>What a command of the program says about this shop.</summary>
    public Task<JsonElement> Ask(params string[] arguments) => _shop.Ask(arguments);

    /// <summary>A browser of its own: nobody is signed in, nothing is remembered.</summary>
    public async Task<Visitor> Visit(
        int width = Widths.Desk, bool isDark = false, bool hasScript = true, string language = "en-GB")
    {
        var context = await Browser.NewContextAsync(new()
        {
            BaseURL = Address.ToString(),
            ViewportSize = new() { Width = width, Height = width < 600 ? 844 : Widths.DeskHeight },
            ColorScheme = isDark ? ColorScheme.Dark : ColorScheme.Light,
            JavaScriptEnabled = hasScript,
            Locale = language,
            TimezoneId = "Europe/Berlin",
            ReducedMotion = ReducedMotion.Reduce,
            HasTouch = width < 600,
        });
        context.SetDefaultTimeout(15_000);
        return new Visitor(context, await context.NewPageAsync());
    }

    public async ValueTask DisposeAsync()
    {
        if (Browser is not null)
            await Browser.DisposeAsync();
        _playwright?.Dispose();
        if (_shop is not null)
            await _shop.DisposeAsync();
    }

    private static string Chromium() => new[]
    {
        Environment.GetEnvironmentVariable("CHROMIUM"), "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome",
    }.FirstOrDefault(File.Exists)
        ?? throw new InvalidOperationException("There is no Chromium. bin/setup --browser installs it, or name it with CHROMIUM=…");
}

public static class Widths
{
    public const int Phone = 390;
    public const int Desk = 1280;
    public const int DeskHeight = 900;
}
