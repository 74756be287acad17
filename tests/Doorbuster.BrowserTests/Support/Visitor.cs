using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Doorbuster.BrowserTests.Support;

/// <summary>Somebody with a browser, and everything that the browser complained about.</summary>
public sealed class Visitor : IAsyncDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly IBrowserContext _context;
    private readonly List<string> _complaints = [];
    private readonly ConcurrentDictionary<IRequest, string> _loading = new();

    public Visitor(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                Complain($"{message.Type} in the console: {message.Text}");
        };
        page.PageError += (_, error) => Complain($"script failed: {error}");
        page.Request += (_, request) =>
        {
            // A stream of events goes on for as long as the page is open; of a worker and of the window's icon, which the browser
            // loads beside the page, only the beginning is told for sure.
            if (request.ResourceType != "eventsource" && !request.Url.Contains("-worker.js", StringComparison.Ordinal)
                && !request.Url.EndsWith("/favicon.svg", StringComparison.Ordinal))
                _loading[request] = request.Url;
        };
        page.RequestFinished += (_, request) => _loading.TryRemove(request, out string? _);
        page.RequestFailed += (_, request) =>
        {
            _loading.TryRemove(request, out string? _);
            // A page that is left gives up what it was still loading.
            if (request.Failure != "net::ERR_ABORTED")
                Complain($"not loaded: {request.Url} {request.Failure}");
        };
        // Of what the page before was still loading not every end is told, and some of it is told after one has left.
        page.FrameNavigated += (_, frame) =>
        {
            if (frame == page.MainFrame)
                _loading.Clear();
        };
        page.Response += (_, response) =>
        {
            if (response.Status >= 400 && response.Request.ResourceType != "document")
                Complain($"{response.Status}: {response.Url}");
        };
    }

    public IPage Page { get; }

    /// <summary>Opens a page of the shop and waits until it is all there.</summary>
    public async Task<IResponse> Open(string path, int status = 200)
    {
        var response = await Page.GotoAsync(path, new() { WaitUntil = WaitUntilState.Load });
        Assert.NotNull(response);
        Assert.True(response.Status == status, $"{path} answers {response.Status}");
        await Settle();
        return response;
    }

    /// <summary>Waits until the page has nothing more to load. Playwright's own idea of that waits half a second longer.</summary>
    public async Task Settle()
    {
        using var patience = new CancellationTokenSource(Patience);
        for (var quiet = 0; quiet < 3; quiet = _loading.IsEmpty ? quiet + 1 : 0)
        {
            Assert.False(patience.IsCancellationRequested, $"Still loading: {string.Join(", ", _loading.Values)}");
            await Task.Delay(Poll);    // what the page does after an answer has begun by then
        }
    }

    /// <summary>Nothing was refused by the policy, failed to load or broke since the last time.</summary>
    public void AssertQuiet(string where)
    {
        lock (_complaints)
        {
            Assert.True(_complaints.Count == 0, $"{where}:\n{string.Join('\n', _complaints)}");
            _complaints.Clear();
        }
    }

    /// <summary>Errors that the test means to provoke.</summary>
    public void Forget()
    {
        lock (_complaints)
            _complaints.Clear();
    }

    public async Task AssertFits(string where)
    {
        var wide = await Page.EvaluateAsync<string[]>(
            """
            () => {
              const width = document.documentElement.clientWidth;
              if (document.documentElement.scrollWidth <= width) return [];
              return [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > width + 1)
                .slice(0, 5).map(e => e.outerHTML.slice(0, 120));
            }
            """);
        Assert.True(wide.Length == 0, $"{where} scrolls sideways because of:\n{string.Join('\n', wide)}");
    }

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();

    private void Complain(string what)
    {
        lock (_complaints)
            _complaints.Add(what);
    }
}
