using System.Net.Http.Json;
using Doorbuster.BrowserTests.Support;
using Doorbuster.IntegrationTests;
using Microsoft.Playwright;

namespace Doorbuster.BrowserTests;

/// <summary>The sale page with a real sale.</summary>
public sealed class SaleTests(BrowserShop shop)
{
    private const string Password = "a short sentence";

    [Fact]
    public async Task Two_wait_for_the_opening_and_race_for_the_last_unit()
    {
        var sale = await Sale("--units", "1", "--limit", "1", "--opens", "+1h");
        await using var ada = await Person();
        await using var bob = await Person(Widths.Phone);
        // As Chrome is on Android: there are notifications, and a page may make none.
        foreach (var visitor in new[] { ada, bob })
            await visitor.Page.AddInitScriptAsync(
                "globalThis.Notification = class { static permission = 'granted'; constructor() { throw new TypeError('Illegal constructor'); } }");
        await Task.WhenAll(ada.Open($"/sales/{sale}"), bob.Open($"/sales/{sale}"));

        foreach (var page in new[] { ada.Page, bob.Page })
        {
            await Assertions.Expect(Panel(page)).ToHaveAttributeAsync("data-state", "announced");
            await Assertions.Expect(page.GetByRole(AriaRole.Timer)).ToContainTextAsync("Opens in");
            await Assertions.Expect(page.GetByRole(AriaRole.Timer)).ToContainTextAsync("59:");
            await Assertions.Expect(page.Locator("[data-part=clock]")).ToContainTextAsync("server's clock");
        }
        // Nobody reloads: the page says by itself that it is open.
        await shop.Ask("sale", "open", sale);
        await Task.WhenAll(Buy(ada.Page), Buy(bob.Page));

        await Assertions.Expect(ada.Page.Locator("[data-state=confirmed], [data-state=sold_out]")).ToBeVisibleAsync();
        await Assertions.Expect(bob.Page.Locator("[data-state=confirmed], [data-state=sold_out]")).ToBeVisibleAsync();
        var isAdas = await Panel(ada.Page).GetAttributeAsync("data-state") == "confirmed";
        var (winner, loser) = isAdas ? (ada.Page, bob.Page) : (bob.Page, ada.Page);
        await Assertions.Expect(Button(winner)).ToHaveTextAsync("Pay £9.99");
        await Assertions.Expect(Status(winner)).ToContainTextAsync("It's yours! Pay by");
        await Assertions.Expect(Panel(loser)).ToHaveAttributeAsync("data-state", "sold_out");
        await Assertions.Expect(Status(loser)).ToContainTextAsync("Sold out. All 1 went in");
        await Assertions.Expect(Status(loser)).ToContainTextAsync("return to sale, the last of them by");
        await Assertions.Expect(loser.GetByRole(AriaRole.Alert)).ToContainTextAsync("Sold out");
        ada.Forget();    // a 409, which the browser notes itself
        bob.Forget();
        await Axe.AssertClean(winner, "confirmed");
        await Axe.AssertClean(loser, "sold out");

        // What is not bought comes back, and is offered to whoever still looks.
        await Button(loser).ClickAsync();
        await Assertions.Expect(Button(loser)).ToHaveTextAsync("We'll tell you here");
        await winner.EvaluateAsync(
            """
            async sale => {
              const order = JSON.parse(localStorage.getItem('sale:' + sale)).ticket.order;
              await fetch(`/api/v1/orders/${order}/cancellation`, { method: 'POST', headers: { 'Idempotency-Key': 'back-' + order } });
            }
            """, sale);
        await Assertions.Expect(Panel(winner)).ToHaveAttributeAsync("data-state", "released");
        await Assertions.Expect(Panel(loser)).ToHaveAttributeAsync("data-state", "open");
        await Assertions.Expect(loser).ToHaveTitleAsync(new System.Text.RegularExpressions.Regex("^\\(Back on sale\\)"));
        await Assertions.Expect(loser.GetByRole(AriaRole.Alert)).ToHaveTextAsync("On sale now.");
        (isAdas ? bob : ada).AssertQuiet("what came back");
    }

    [Fact]
    public async Task A_lost_answer_is_asked_for_again_with_the_same_key_also_after_a_reload()
    {
        var sale = await Sale("--units", "5", "--limit", "1", "--opens", "now");
        await using var visitor = await Person();
        var page = visitor.Page;
        var keys = new List<string>();
        await page.RouteAsync("**/claims", async route =>
        {
            keys.Add(route.Request.Headers["idempotency-key"]);
            if (keys.Count == 1)
            {
                await route.FetchAsync();    // it arrives, and its answer does not
                await route.AbortAsync();
            }
            else if (keys.Count == 2)
            {
                await route.AbortAsync();
            }
            else
            {
                await route.ContinueAsync();
            }
        });
        await visitor.Open($"/sales/{sale}");
        await Buy(page);
        await Assertions.Expect(Panel(page)).ToHaveAttributeAsync("data-state", "retrying");
        await Assertions.Expect(Status(page)).ToContainTextAsync("won't get or pay for it twice");
        await Eventually.IsTrue(() => keys.Count == 2, "it tries again by itself");
        await page.ReloadAsync();
        await Assertions.Expect(Panel(page)).ToHaveAttributeAsync("data-state", "confirmed");

        Assert.Equal(3, keys.Count);
        Assert.Single(keys.Distinct());
        var orders = await page.EvaluateAsync<int>("async () => (await (await fetch('/api/v1/orders')).json()).data.length");
        Assert.Equal(1, orders);
    }

    [Fact]
    public async Task Tabs_share_the_streams_and_the_click()
    {
        var sale = await Sale("--units", "5", "--limit", "1", "--opens", "now");
        await using var visitor = await Person();
        var (page, other) = (visitor.Page, await visitor.Page.Context.NewPageAsync());
        var streams = 0;
        foreach (var tab in new[] { page, other })
            tab.Request += (_, request) => Interlocked.Add(ref streams, request.ResourceType == "eventsource" ? 1 : 0);
        await visitor.Open($"/sales/{sale}");
        await other.GotoAsync($"/sales/{sale}");
        await Assertions.Expect(Panel(other)).ToHaveAttributeAsync("data-state", "open");

        await Buy(page);
        await Assertions.Expect(Panel(page)).ToHaveAttributeAsync("data-state", "confirmed");
        await Assertions.Expect(Panel(other)).ToHaveAttributeAsync("data-state", "confirmed");
        await shop.Ask("sale", "pause", sale);
        await page.EvaluateAsync("sale => localStorage.removeItem('sale:' + sale)", sale);
        await Assertions.Expect(Panel(other)).ToHaveAttributeAsync("data-state", "paused");
        Assert.Equal(0, streams);    // the worker of all tabs has them
    }

    [Fact]
    public async Task Without_a_script_the_button_buys_too()
    {
        var sale = await Sale("--units", "5", "--limit", "1", "--opens", "now");
        await using var visitor = await shop.Visit(Widths.Phone, hasScript: false);
        var page = visitor.Page;
        await visitor.Open($"/sales/{sale}");
        await Button(page).ClickAsync();
        await page.WaitForURLAsync("**/sign-in?next=*");
        await Register();
        await page.GetByLabel("E-mail").FillAsync(_email);
        await page.GetByLabel("Password").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await page.WaitForURLAsync($"**/sales/{sale}");
        await Button(page).ClickAsync();
        await page.WaitForURLAsync("**/tickets/tkt_*");
        await Assertions.Expect(Status(page)).ToContainTextAsync("It's yours! Pay by");
        Assert.Contains("/orders/ord_", await Button(page).GetAttributeAsync("formaction"), StringComparison.Ordinal);

        // Again is one too many, and said so.
        await visitor.Open($"/sales/{sale}");
        await page.EvaluateAsync("() => document.querySelector('[data-part=form]').action += '-again'");
        await Button(page).ClickAsync();
        await Assertions.Expect(Status(page)).ToContainTextAsync("already have as many");
    }

    [Fact]
    public async Task The_reminder_is_a_calendar_entry()
    {
        var sale = await Sale("--units", "5", "--opens", "+2h");
        await using var visitor = await shop.Visit();
        var page = visitor.Page;
        await visitor.Open($"/sales/{sale}");
        await Assertions.Expect(page.Locator("[data-part=timer-left]")).ToContainTextAsync("1:59:");
        var download = await page.RunAndWaitForDownloadAsync(() => Button(page).ClickAsync());
        Assert.Equal($"{sale}.ics", download.SuggestedFilename);
        visitor.AssertQuiet("the reminder");
    }

    [Fact]
    public async Task Who_uses_the_same_browser_later_sees_and_sends_nothing_of_what_was_bought_before()
    {
        var sale = await Sale("--units", "5", "--opens", "now");
        await using var visitor = await Person();
        var page = visitor.Page;
        await visitor.Open($"/sales/{sale}");
        await Buy(page);
        await Assertions.Expect(Panel(page)).ToHaveAttributeAsync("data-state", "confirmed");
        await page.ReloadAsync();
        await Assertions.Expect(Panel(page)).ToHaveAttributeAsync("data-state", "confirmed");

        // Another session took the place of the first, and no form of ours was used for it.
        var claims = 0;
        page.Request += (_, request) => claims += request.Url.EndsWith("/claims", StringComparison.Ordinal) ? 1 : 0;
        await SignIn(visitor);
        await page.ReloadAsync();
        await Eventually.IsTrue(async () => await Kept(page, sale) is null, "what is another's is forgotten");
        await Assertions.Expect(Panel(page)).ToHaveAttributeAsync("data-state", "open");
        await Keep(page, sale, "{ key: 'a-click-of-somebody-else', at: Date.now(), mark: '0123456789abcdef' }");
        await page.ReloadAsync();
        await Eventually.IsTrue(async () => await Kept(page, sale) is null, "a click that is another's is not sent");
        Assert.Equal(0, claims);

        // What does not say whose it is, the server knows.
        await Keep(page, sale, "{ key: null, at: 0, ticket: { id: 'tkt_0000000000001', order: 'ord_0000000000001', status: 'kept' } }");
        await page.ReloadAsync();
        await Eventually.IsTrue(async () => await Kept(page, sale) is null, "a ticket that is not there is forgotten");
        await Assertions.Expect(Panel(page)).ToHaveAttributeAsync("data-state", "open");

        await Keep(page, sale, "{ key: 'not-answered', at: 0 }");
        await visitor.Open("/account/settings");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await page.WaitForURLAsync(shop.Address.ToString());
        Assert.Null(await Kept(page, sale));
    }

    private string _email = "";

    private async Task Register()
    {
        _email = $"sale-{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):n}@example.test";
        using var made = await shop.Client.PostAsJsonAsync(
            "/api/v1/accounts", new { email = _email, password = Password, displayName = "Grace" });
        made.EnsureSuccessStatusCode();
    }

    /// <summary>Somebody new who is signed in.</summary>
    private async Task<Visitor> Person(int width = Widths.Desk)
    {
        var visitor = await shop.Visit(width);
        await visitor.Page.GotoAsync("/help");
        await SignIn(visitor);
        return visitor;
    }

    private async Task SignIn(Visitor visitor)
    {
        await Register();
        var status = await visitor.Page.EvaluateAsync<int>(
            """
            async ([email, password]) => {
              const answer = await fetch('/api/v1/sessions', {
                method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ email, password }) });
              await answer.text();
              return answer.status;
            }
            """, new[] { _email, Password });
        Assert.InRange(status, 200, 201);
    }

    private static Task<string?> Kept(IPage page, string sale) =>
        page.EvaluateAsync<string?>("sale => localStorage.getItem('sale:' + sale)", sale);

    private static async Task Keep(IPage page, string sale, string what) =>
        await page.EvaluateAsync($"sale => localStorage.setItem('sale:' + sale, JSON.stringify({what}))", sale);

    private async Task<string> Sale(params string[] terms) => (await shop.Ask(
        ["sale", "create", "--product", "MIDNIGHT-MUG", "--price", "9.99", .. terms])).GetProperty("id").GetString()!;

    private static async Task Buy(IPage page)
    {
        await Assertions.Expect(Panel(page)).ToHaveAttributeAsync("data-state", "open");
        await Button(page).ClickAsync();
    }

    private static ILocator Panel(IPage page) => page.Locator("[data-sale]");

    private static ILocator Button(IPage page) => page.Locator("[data-part=button]");

    private static ILocator Status(IPage page) => page.Locator("[data-part=status]");
}
