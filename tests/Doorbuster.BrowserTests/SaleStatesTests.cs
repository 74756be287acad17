using System.Text.Json;
using Doorbuster.BrowserTests.Support;
using Microsoft.Playwright;

namespace Doorbuster.BrowserTests;

/// <summary>The modules of the sale page by themselves: each row of the table, the clock, what is followed when streams do not get through.</summary>
public sealed class SaleStatesTests(BrowserShop shop)
{
    private static readonly Lazy<Dictionary<string, string>> Rows = new(() => Read().ToDictionary(
        row => row.GetProperty("name").GetString()!, row => row.GetRawText()));

    private static readonly SemaphoreSlim Turn = new(1);
    private static IPage? _page;

    public static TheoryData<string> Names => [.. Rows.Value.Keys];

    [Theory, MemberData(nameof(Names))]
    public async Task The_page_says_what_the_table_says(string name)
    {
        var page = await Page();
        var wrong = await page.EvaluateAsync<string>(
            """
            async row => {
              const { decide } = await import(window.modules + 'sale-states.js');
              const { facts, name, isOfScript, ...expected } = JSON.parse(row);
              const ms = seconds => seconds === undefined || seconds === null ? null : seconds * 1000;
              const seen = decide({
                now: ms(facts.now),
                sale: { phase: 'announced', limit: 1, ...facts.sale, opensAt: 0,
                        closesAt: facts.sale?.closesAt === null ? null : 3_600_000 },
                ticket: facts.ticket ? { ...facts.ticket, payBy: ms(facts.ticket.payBy) } : null,
                intent: facts.intent ? { ...facts.intent, until: ms(facts.intent.until) } : null,
                refusal: facts.refusal ?? null, isOffline: facts.isOffline ?? false, isWatching: facts.isWatching ?? false,
              });
              const said = { status: expected.state, label: expected.state, action: 'none', isOff: false, isBusy: false, timer: null,
                             second: null, isNoted: false, ...expected, until: ms(expected.until) };
              return Object.keys(said).filter(key => said[key] !== seen[key]).map(key => `${key}: ${seen[key]}, not ${said[key]}`).join('; ');
            }
            """, Rows.Value[name]);
        Assert.Equal("", wrong);
    }

    [Fact]
    public async Task The_clock_takes_the_answer_that_came_soonest_and_asks_nobody_who_can_be_changed()
    {
        var page = await Page();
        var told = await page.EvaluateAsync<double[]>(
            """
            async () => {
              const { ServerClock } = await import(window.modules + 'server-clock.js');
              let ticks = 0, wall = 5_000_000, asked = 0;
              const trips = [400, 40, 900, 300]; // the server's clock is 1,000,000 ahead; each way takes half
              const ask = async () => { const trip = trips[asked++ % 4]; ticks += trip * .8; wall += trip * .8;
                const server = ticks + 1_000_000; ticks += trip * .2; wall += trip * .2; return server; };
              const clock = new ServerClock(0, { ask, ticks: () => ticks, wall: () => wall });
              await clock.sync();
              const off = Math.abs(clock.now() - (ticks + 1_000_000));
              wall += 3_600_000;                    // somebody sets the machine's clock
              const before = clock.now();
              const resynced = clock.check();       // cannot be told from sleep, so it asks, and nothing jumps meanwhile
              const jumped = Math.abs(clock.now() - before) - trips[0];
              await resynced;
              const afterChange = Math.abs(clock.now() - (ticks + 1_000_000));
              wall += 600_000;                      // it slept: its own clock stood, the server's did not
              const serverAhead = 1_600_000;
              clock.ask = async () => { ticks += 10; wall += 10; return ticks - 5 + serverAhead; };
              await clock.check();
              return [off, clock.error, jumped, afterChange, Math.abs(clock.now() - (ticks + serverAhead)), clock.check() === null ? 1 : 0];
            }
            """);
        Assert.InRange(told[0], 0, 20);     // of the shortest way, half at most
        Assert.InRange(told[1], 1, 20);
        Assert.True(told[2] <= 0, $"The clock jumped by {told[2]}.");
        Assert.InRange(told[3], 0, 20);
        Assert.InRange(told[4], 0, 5);
        Assert.Equal(1, told[5]);
    }

    [Fact]
    public async Task Where_streams_do_not_get_through_it_asks_again()
    {
        var page = await Page();
        var sale = await shop.CurrentSale();
        var told = await page.EvaluateAsync<string>(
            """
            async sale => {
              const { Follower, sourceOf } = await import(window.modules + 'follower.js');
              const streams = window.EventSource;
              window.EventSource = class extends EventTarget { close() {} };   // lets nothing through
              const source = { ...sourceOf('sale', sale), events: '/never' };
              return await new Promise(done => {
                const follower = new Follower(source, news => { if (news.data) { follower.stop(); done(news.data.id); } });
              }).finally(() => { window.EventSource = streams; });
            }
            """, sale);
        Assert.Equal(sale, told);
    }

    [Fact]
    public async Task A_ticket_that_is_not_there_is_said_to_be_gone()
    {
        var page = await Page();
        var gone = await page.EvaluateAsync<int>(
            """
            async () => {
              const { Follower, sourceOf } = await import(window.modules + 'follower.js');
              return await new Promise(done => new Follower(sourceOf('ticket', 'tkt_0000000000001'), news => done(news.isGone)));
            }
            """);
        Assert.Equal(401, gone);
    }

    // One page for all rows; it belongs to the shop's browser and ends with it.
    private async Task<IPage> Page()
    {
        await Turn.WaitAsync();
        try
        {
            if (_page is not null)
                return _page;
            var visitor = await shop.Visit();
            await visitor.Open("/help");
            await visitor.Page.EvaluateAsync(
                "() => { window.modules = document.querySelector('script[src*=\"/shop.js\"]').src.replace('shop.js', ''); }");
            return _page = visitor.Page;
        }
        finally
        {
            Turn.Release();
        }
    }

    private static List<JsonElement> Read()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Doorbuster.slnx")))
            folder = folder.Parent!;
        return [.. JsonDocument.Parse(File.ReadAllText(Path.Combine(folder.FullName, "tests", "cases", "sale-states.json")))
            .RootElement.EnumerateArray()];
    }
}
