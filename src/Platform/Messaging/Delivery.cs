using System.Diagnostics;
using System.Text.Json;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Doorbuster.Platform.Messaging;

/// <summary>Brings one message to its consumers: each in a transaction of its own, with its inbox key, so that it has
/// its effect once however often the message comes.</summary>
internal sealed class Delivery(
    Subscriptions subscriptions, IServiceProvider services, IOptions<MessagingOptions> options,
    MessagingMetrics metrics, TimeProvider clock, ILogger<Delivery> log)
{
    private static readonly ActivitySource Source = new("Doorbuster.Messaging");
    private static readonly TimeSpan BackoffMax = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AwayDelayMin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AwayDelayMax = TimeSpan.FromSeconds(30);

    private readonly MessagingOptions _options = options.Value;

    /// <summary>Never throws but when cancelled.</summary>
    public async Task<Outcome> Deliver(Message message, CancellationToken stop)
    {
        using var activity = Source.StartActivity($"{message.Type} deliver", ActivityKind.Consumer, message.Trace);
        var failures = new List<Failure>();
        var isAway = false;
        object? content = null;
        var consumers = subscriptions.Of(message.Type, message.Only);
        if (message.Only is { } only && !consumers.Any())
            failures.Add(new(only, "No consumer has this name any more."));

        foreach (var consumer in consumers)
        {
            var started = clock.GetTimestamp();
            try
            {
                if (message.Attempts > _options.AttemptsMax)
                    throw new UnfinishedException(message.Attempts - 1);
                content ??= JsonSerializer.Deserialize(message.Body, subscriptions.TypeNamed(message.Type))
                    ?? throw new JsonException("The body is null.");
                if (!consumer.Concerns(services, content))
                    continue;
                var isNew = await Handle(consumer, message, content, stop);
                var age = clock.GetUtcNow() - message.MadeAt;
                metrics.Handled(consumer.Name, isNew, clock.GetElapsedTime(started), age);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                throw;
            }
            catch (Exception error)    // one consumer's failure stops neither the others nor the queue
            {
                isAway |= IsAway(error);
                failures.Add(new(consumer.Name, Describe(error)));
                metrics.Failed(consumer.Name);
                activity?.SetStatus(ActivityStatusCode.Error, error.Message);
                log.ConsumerFailed(error, consumer.Name, message.InboxKey, message.Attempts, _options.AttemptsMax);
            }
        }
        return Judge(message, failures, isAway);
    }

    private async Task<bool> Handle(Subscription consumer, Message message, object content, CancellationToken stop)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(stop);
        time.CancelAfter(_options.HandlerTimeout);
        var cancel = time.Token;

        var db = services.GetRequiredKeyedService<NpgsqlDataSource>(consumer.Schema);
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (!await OutboxStore.TryFile(transaction, consumer.Name, message.InboxKey, cancel))
            return false;
        await consumer.Consume(services, content, transaction, cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }

    private Outcome Judge(Message message, List<Failure> failures, bool isAway)
    {
        // A store that is away is not the message's fault; nobody dies of it. The longer it lasts the less often they
        // come, or the waiting thousands would keep those that need another store from their turn.
        if (isAway && message.Attempts <= _options.AttemptsMax)
            return new Outcome(message, failures, AwayDelay(clock.GetUtcNow() - message.MadeAt), CountsAttempt: false);

        if (failures.Count > 0 && message.Attempts < _options.AttemptsMax)
            return new Outcome(message, failures, Backoff(message.Attempts), CountsAttempt: true);

        foreach (var failure in failures)
        {
            metrics.Died(failure.Consumer);
            log.MessageDied(message.Type, message.InboxKey, failure.Consumer, message.Attempts);
        }
        return new Outcome(message, failures, RetryAfter: null, CountsAttempt: true);
    }

    private TimeSpan Backoff(int attempts)
    {
        var delay = _options.Backoff * Math.Pow(2, attempts - 1);
        return (delay < BackoffMax ? delay : BackoffMax) * Jitter();
    }

    private static TimeSpan AwayDelay(TimeSpan age) =>
        TimeSpan.FromTicks(Math.Clamp(age.Ticks / 2, AwayDelayMin.Ticks, AwayDelayMax.Ticks)) * Jitter();

    private static double Jitter() => 0.5 + Random.Shared.NextDouble();

    // A statement that took too long may well be the message's fault.
    private static bool IsAway(Exception error) => error is StoreAwayException
        || error is NpgsqlException { InnerException: not TimeoutException } database && database.IsAway;

    private static string Describe(Exception error)
    {
        const int lengthMax = 4_000;
        var text = $"{error.GetType().Name}: {error.Message}\n{error.StackTrace}";
        text = text.Replace("\0", "", StringComparison.Ordinal);    // PostgreSQL has no such character
        return text.Length <= lengthMax ? text : text[..lengthMax];
    }

    private sealed class UnfinishedException(int attempts)
        : Exception($"Taken {attempts} times, and neither handled nor refused: the process may have died of it.");
}
