using System.Diagnostics;
using System.Text.Json;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Doorbuster.Platform.Messaging;

/// <summary>Brings messages to their consumers: each in a transaction of its own, or several in one where the consumer takes
/// them so, with their inbox keys, so that each has its effect once however often it comes.</summary>
internal sealed class Delivery(
    Subscriptions subscriptions, IServiceProvider services, IOptions<MessagingOptions> options,
    MessagingMetrics metrics, TimeProvider clock, ILogger<Delivery> log)
{
    private static readonly ActivitySource Activities = new("Doorbuster.Messaging");
    private static readonly TimeSpan BackoffMax = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AwayDelayMin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AwayDelayMax = TimeSpan.FromSeconds(30);

    private readonly MessagingOptions _options = options.Value;

    /// <summary>Never throws but when cancelled.</summary>
    /// <param name="messages">Of one type; several only when nobody has failed at them yet.</param>
    public async Task<IReadOnlyList<Outcome>> Deliver(IReadOnlyList<Message> messages, CancellationToken stop)
    {
        var first = messages[0];
        using var activity = Activities.StartActivity($"{first.Type} deliver", ActivityKind.Consumer, first.Trace);
        var letters = messages.Select(message => new Letter(message)).ToList();
        var consumers = subscriptions.Of(first.Type, first.Only);
        if (first.Only is { } only && !consumers.Any())
            letters[0].Failures.Add(new(only, "No consumer has this name any more."));

        foreach (var consumer in consumers)
        {
            if (letters.Count > 1 && consumer.ConsumeAll is not null && await TryAll(consumer, letters, stop))
                continue;
            foreach (var letter in letters)
                await Try(consumer, letter, activity, stop);
        }
        return letters.ConvertAll(letter => Judge(letter.Message, letter.Failures, letter.IsAway));
    }

    private async Task Try(Subscription consumer, Letter letter, Activity? activity, CancellationToken stop)
    {
        var message = letter.Message;
        var started = clock.GetTimestamp();
        try
        {
            if (message.Attempts > _options.AttemptsMax)
                throw new UnfinishedException(message.Attempts - 1);
            var content = letter.Read(subscriptions);
            if (!consumer.Concerns(services, content))
                return;
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
            var isAway = IsAway(error);
            letter.IsAway |= isAway;
            letter.Failures.Add(new(consumer.Name, Describe(error)));
            metrics.Failed(consumer.Name);
            activity?.SetStatus(ActivityStatusCode.Error, error.Message);
            if (isAway)
                log.ConsumerPutOff(consumer.Name, message.InboxKey, error.Message);
            else
                log.ConsumerFailed(error, consumer.Name, message.InboxKey, message.Attempts, _options.AttemptsMax);
        }
    }

    /// <summary>False when they are to be tried one by one: then it is seen whose fault it is.</summary>
    private async Task<bool> TryAll(Subscription consumer, List<Letter> letters, CancellationToken stop)
    {
        var started = clock.GetTimestamp();
        try
        {
            var concerned = letters.Where(letter => consumer.Concerns(services, letter.Read(subscriptions))).ToList();
            if (concerned.Count == 0)
                return true;
            var fresh = await HandleAll(consumer, concerned, stop);
            var (now, took) = (clock.GetUtcNow(), clock.GetElapsedTime(started) / concerned.Count);
            foreach (var letter in concerned)
                metrics.Handled(consumer.Name, fresh.Contains(letter.Message.InboxKey), took, now - letter.Message.MadeAt);
            return true;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception error)
        {
            log.BatchFailed(consumer.Name, letters.Count, error.Message);
            return false;
        }
    }

    private async Task<bool> Handle(Subscription consumer, Message message, object content, CancellationToken stop)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(stop);
        time.CancelAfter(_options.HandlerTimeout);
        var cancel = time.Token;

        await using var connection = await Source(consumer).OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (!await OutboxStore.TryFile(transaction, consumer.Name, message.InboxKey, cancel))
            return false;
        await consumer.Consume(services, content, transaction, cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }

    private async Task<HashSet<long>> HandleAll(Subscription consumer, List<Letter> letters, CancellationToken stop)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(stop);
        time.CancelAfter(_options.HandlerTimeout);
        var cancel = time.Token;

        await using var connection = await Source(consumer).OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var fresh = await OutboxStore.FileAll(
            transaction, consumer.Name, [.. letters.Select(letter => letter.Message.InboxKey)], cancel);
        if (fresh.Count == 0)
            return fresh;
        object[] contents =
            [.. letters.Where(letter => fresh.Contains(letter.Message.InboxKey)).Select(letter => letter.Read(subscriptions))];
        await consumer.ConsumeAll!(services, contents, transaction, cancel);
        await transaction.CommitAsync(cancel);
        return fresh;
    }

    private NpgsqlDataSource Source(Subscription consumer) =>
        services.GetRequiredKeyedService<NpgsqlDataSource>(consumer.Schema);

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

    /// <summary>A message on its way through the consumers.</summary>
    private sealed class Letter(Message message)
    {
        private object? _content;

        public Message Message => message;
        public List<Failure> Failures { get; } = [];
        public bool IsAway { get; set; }

        public object Read(Subscriptions subscriptions) => _content ??=
            JsonSerializer.Deserialize(message.Body, subscriptions.TypeNamed(message.Type))
            ?? throw new JsonException("The body is null.");
    }

    private sealed class UnfinishedException(int attempts)
        : Exception($"Taken {attempts} times, and neither handled nor refused: the process may have died of it.");
}
