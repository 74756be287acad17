using System.Net.Http.Headers;
using System.Text;
using System.Threading.Channels;
using Doorbuster.Platform.Postgres;
using Doorbuster.Platform.Web;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Doorbuster.Payments.Sandbox;

/// <summary>
/// The provider's outgoing queue: each webhook is sent until it is answered with 2xx, ever more rarely. It is in the
/// table until then, so a restart loses none; a crash after the answer sends it once more, under the same id.
/// </summary>
internal sealed class SendWebhooks(
    SandboxStore store, PaymentSettings settings, SandboxAddress address, PostgresListener listener, TimeProvider clock,
    ILogger<SendWebhooks> log) : BackgroundService
{
    private const int TakenMax = 64;
    private const int AtOnceMax = 16;
    private const int AttemptsMax = 40;    // ~1 day
    // So long a crash delays what was in hand. What outlives its lease comes twice, and is taken once.
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan IdleMax = TimeSpan.FromSeconds(2);    // should a notification get lost
    private static readonly TimeSpan RetryMin = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan RetryMax = TimeSpan.FromHours(1);

    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,    // a redirect is not an acknowledgement
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    })
    {
        Timeout = Timeout,
    };

    public override void Dispose()
    {
        _http.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var listening = listener.Subscribe(SandboxStore.Channel, _ => Wake(), Wake);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await SendDue(stoppingToken) == 0)
                    await Idle(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)    // whatever it is: a queue that stopped would look like a provider that forgot
            {
                log.SendingFailed(error);
                await Task.Delay(IdleMax, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task<int> SendDue(CancellationToken cancel)
    {
        var due = await store.TakeDue(clock.GetUtcNow(), Lease, TakenMax, cancel);
        if (due.Count == 0)
            return 0;
        var secret = (await settings.WebhookSecrets(cancel))[0];
        var where = await address.Webhook(cancel);
        await Parallel.ForEachAsync(
            due, new ParallelOptions { MaxDegreeOfParallelism = AtOnceMax, CancellationToken = cancel },
            async (webhook, stop) => await Deliver(webhook, secret, where, stop));
        return due.Count;
    }

    private async Task Deliver(DueWebhook webhook, string secret, Uri where, CancellationToken cancel)
    {
        var answers = await Task.WhenAll(
            Enumerable.Range(0, webhook.Copies).Select(_ => Send(webhook, secret, where, cancel)));
        if (answers.FirstOrDefault(answer => answer is not null) is not { } refusal)
        {
            await store.Delivered(webhook.Id, clock.GetUtcNow(), cancel);
            return;
        }

        var isOver = webhook.Attempts >= AttemptsMax;
        if (isOver)
            log.WebhookGivenUp(webhook.Id, webhook.Attempts, refusal);
        else
            log.WebhookNotTaken(webhook.Id, webhook.Attempts, refusal);
        await store.NotTaken(
            webhook.Id, refusal, isOver ? null : clock.GetUtcNow() + Backoff(webhook.Attempts), cancel);
    }

    /// <summary>Null when it was taken, else why not.</summary>
    private async Task<string?> Send(DueWebhook webhook, string secret, Uri where, CancellationToken cancel)
    {
        var body = Encoding.UTF8.GetBytes(webhook.Body);
        var now = clock.GetUtcNow();
        using var message = new HttpRequestMessage(HttpMethod.Post, where) { Content = new ByteArrayContent(body) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        message.Headers.Add(WebhookSignature.IdHeader, webhook.Id);
        message.Headers.Add(WebhookSignature.TimestampHeader, $"{now.ToUnixTimeSeconds()}");
        message.Headers.Add(WebhookSignature.SignatureHeader, WebhookSignature.Sign(secret, webhook.Id, now, body));
        try
        {
            using var response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancel);
            return response.IsSuccessStatusCode ? null : $"HTTP {(int)response.StatusCode}";
        }
        catch (HttpRequestException error)
        {
            return error.Message;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return "no answer in time";
        }
    }

    private static TimeSpan Backoff(int attempts)
    {
        var wait = RetryMin * Math.Pow(2, Math.Min(attempts - 1, 20));
        return (wait < RetryMax ? wait : RetryMax) * (0.8 + 0.4 * Random.Shared.NextDouble());
    }

    private async Task Idle(CancellationToken cancel)
    {
        var wait = IdleMax;
        if (await store.NextDue(cancel) is { } due && due - clock.GetUtcNow() is var left && left < wait)
            wait = left > TimeSpan.Zero ? left : TimeSpan.FromMilliseconds(1);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timeout.CancelAfter(wait);
        try
        {
            await _wake.Reader.ReadAsync(timeout.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // Nobody called; look anyway.
        }
    }

    private void Wake() => _wake.Writer.TryWrite(true);
}
