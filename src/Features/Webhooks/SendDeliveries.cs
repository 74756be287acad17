using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Doorbuster.Platform;
using Doorbuster.Platform.Postgres;
using Doorbuster.Platform.Web;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Doorbuster.Webhooks;

/// <summary>
/// Tells endpoints what is due. Each has a task of its own while there is something for it, so one that does not answer
/// holds up nobody else. What is due is in the table until it was taken: a crash sends it once more, under the same id.
/// </summary>
internal sealed class SendDeliveries(
    EndpointStore endpoints, DeliveryStore deliveries, IOptions<WebhooksOptions> options, TimeProvider clock,
    ILogger<SendDeliveries> log) : BackgroundService
{
    private const int EndpointsAtOnceMax = 32;
    private const int TakenMax = 16;
    private const int OfEndpointAtOnceMax = 4;
    private const int AnswerMax = 500;    // characters of an answer that are kept

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);    // longer than all that is taken can take
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentDictionary<long, Task> _busy = new();
    private HttpClient? _http;

    public override void Dispose()
    {
        _http?.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Idle, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                var room = EndpointsAtOnceMax - _busy.Count;
                if (room <= 0)
                    continue;
                foreach (var id in await deliveries.EndpointsDue(
                    clock.GetUtcNow(), [.. _busy.Keys], room, stoppingToken))
                    _busy[id] = Serve(id, stoppingToken);
            }
            catch (Exception error) when (IsAway(error))
            {
                log.SendingPutOff(error.Message);
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                log.SendingFailed(error);
            }
        }
    }

    private async Task Serve(long id, CancellationToken cancel)
    {
        await Task.Yield();    // the caller files this task before it can end
        try
        {
            while (await endpoints.Find(id, cancel) is { IsEnabled: true } endpoint
                && await deliveries.Take(id, clock.GetUtcNow(), Lease, TakenMax, cancel) is { Count: > 0 } due)
            {
                await Parallel.ForEachAsync(
                    due, new ParallelOptions { MaxDegreeOfParallelism = OfEndpointAtOnceMax, CancellationToken = cancel },
                    async (delivery, stop) => await Deliver(endpoint, delivery, stop));
            }
        }
        catch (Exception error) when (IsAway(error))
        {
            log.SendingPutOff(error.Message);
        }
        catch (Exception error) when (!cancel.IsCancellationRequested)
        {
            log.SendingFailed(error);
        }
        catch (OperationCanceledException)
        {
            // The process stops; what was in hand is due again when its lease is over.
        }
        finally
        {
            _busy.TryRemove(id, out _);
        }
    }

    private async Task Deliver(WebhookEndpoint endpoint, DueDelivery delivery, CancellationToken cancel)
    {
        var attempt = await Try(endpoint, delivery, cancel);
        var again = attempt.IsTaken || attempt.Status == (int)HttpStatusCode.Gone
            ? null
            : clock.GetUtcNow() + Retries.After(delivery.Attempts, Random.Shared.NextDouble());
        var failingSince = await deliveries.Note(endpoint.Id, delivery, attempt, again, cancel);
        if (attempt.IsTaken)
            return;

        var name = PublicId.Format(WebhookEndpoint.PublicPrefix, endpoint.Id);
        if (again is null)
            log.DeliveryGivenUp(
                PublicId.Format(WebhookMessage.PublicPrefix, delivery.Message), name, delivery.Attempts, attempt.Answer);
        var reason = attempt.Status == (int)HttpStatusCode.Gone ? WebhookEndpoint.Gone
            : clock.GetUtcNow() - failingSince > options.Value.DisableAfter ? WebhookEndpoint.Failing
            : null;
        if (reason is not null && await endpoints.Disable(endpoint.Id, reason, cancel))
            log.EndpointDisabled(name, reason);
    }

    private async Task<Attempt> Try(WebhookEndpoint endpoint, DueDelivery delivery, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var id = PublicId.Format(WebhookMessage.PublicPrefix, delivery.Message);
        var body = Encoding.UTF8.GetBytes(delivery.Body);
        using var message = new HttpRequestMessage(HttpMethod.Post, endpoint.Url) { Content = new ByteArrayContent(body) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        message.Headers.UserAgent.ParseAdd("Doorbuster-Webhooks/1");
        message.Headers.Add(WebhookSignature.IdHeader, id);
        message.Headers.Add(WebhookSignature.TimestampHeader, $"{now.ToUnixTimeSeconds()}");
        message.Headers.TryAddWithoutValidation(
            WebhookSignature.SignatureHeader, WebhookSignature.Sign(endpoint.SecretsAt(now), id, now, body));

        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        time.CancelAfter(Timeout);
        var started = Stopwatch.GetTimestamp();
        try
        {
            using var response = await Http().SendAsync(
                message, HttpCompletionOption.ResponseHeadersRead, time.Token);
            return new(now, Took(started), (int)response.StatusCode, await Begin(response, time.Token));
        }
        catch (HttpRequestException error)
        {
            return new(now, Took(started), null, Shorten(error.Message));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new(now, Took(started), null, $"no answer within {Timeout.TotalSeconds:0} s");
        }
    }

    // Not the whole: it is somebody else's, and may never end.
    private static async Task<string> Begin(HttpResponseMessage response, CancellationToken cancel)
    {
        var buffer = new byte[AnswerMax];
        await using var body = await response.Content.ReadAsStreamAsync(cancel);
        var read = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel);
        return Shorten(Encoding.UTF8.GetString(buffer, 0, read));
    }

    // PostgreSQL has no such character.
    private static string Shorten(string text) =>
        text.Replace("\0", "", StringComparison.Ordinal) is { Length: > AnswerMax } all ? all[..AnswerMax]
        : text.Replace("\0", "", StringComparison.Ordinal);

    private static int Took(long started) =>
        (int)Math.Min(Stopwatch.GetElapsedTime(started).TotalMilliseconds, int.MaxValue);

    private static bool IsAway(Exception error) => error is StoreAwayException or NpgsqlException { IsAway: true };

    private HttpClient Http() => _http ??= new(new SocketsHttpHandler
    {
        UseProxy = false,             // the address that was judged is the one that is called
        AllowAutoRedirect = false,    // a redirect is not an acknowledgement, and could lead inside
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        ConnectCallback = (context, cancel) =>
            PublicAddresses.Connect(context.DnsEndPoint, options.Value.AllowPrivate, cancel),
    })
    {
        Timeout = System.Threading.Timeout.InfiniteTimeSpan,
    };
}
