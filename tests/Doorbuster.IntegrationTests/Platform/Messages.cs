using System.Collections.Concurrent;
using Doorbuster.Contracts.Payments;
using Doorbuster.Platform;
using Doorbuster.Platform.Messaging;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Doorbuster.IntegrationTests.Platform;

/// <summary>What the test's consumers do after their effect, by consumer name and the message's number.</summary>
internal sealed class Script
{
    public Step Before { get; set; } = (_, _, _, _) => Task.CompletedTask;

    public ConcurrentQueue<int> Batches { get; } = new();

    public Step After { get; set; } = (_, _, _, _) => Task.CompletedTask;

    public async Task Consume(
        string consumer, PaymentCaptured message, NpgsqlTransaction transaction, CancellationToken cancel)
    {
        await Before(consumer, message.Payment, transaction, cancel);
        await transaction.Execute("insert into test.effects values ($1, $2)", cancel,
            new NpgsqlParameter { Value = consumer }, new NpgsqlParameter { Value = message.Payment });
        await After(consumer, message.Payment, transaction, cancel);
    }
}

internal delegate Task Step(string consumer, long message, NpgsqlTransaction transaction, CancellationToken cancel);

internal sealed class One(Script script) : IConsumer<PaymentCaptured>
{
    public Task Consume(PaymentCaptured message, NpgsqlTransaction transaction, CancellationToken cancel) =>
        script.Consume("one", message, transaction, cancel);
}

internal sealed class Two(Script script) : IConsumer<PaymentCaptured>
{
    public Task Consume(PaymentCaptured message, NpgsqlTransaction transaction, CancellationToken cancel) =>
        script.Consume("two", message, transaction, cancel);
}

internal sealed class Even(Script script) : IConsumer<PaymentCaptured>
{
    public bool Concerns(PaymentCaptured message) => message.Payment % 2 == 0;

    public Task Consume(PaymentCaptured message, NpgsqlTransaction transaction, CancellationToken cancel) =>
        script.Consume("even", message, transaction, cancel);
}

/// <summary>Takes what waits together.</summary>
internal sealed class Many(Script script) : IBatchConsumer<PaymentCaptured>
{
    public Task Consume(PaymentCaptured message, NpgsqlTransaction transaction, CancellationToken cancel) =>
        script.Consume("many", message, transaction, cancel);

    public async Task Consume(
        IReadOnlyList<PaymentCaptured> messages, NpgsqlTransaction transaction, CancellationToken cancel)
    {
        script.Batches.Enqueue(messages.Count);
        foreach (var message in messages)
            await Consume(message, transaction, cancel);
    }
}

internal static class Messages
{
    /// <summary>A process that consumes; <paramref name="both"/> with a second consumer, <paramref name="even"/> with
    /// one for even numbers only.</summary>
    public static async Task<IHost> StartConsumers(
        TestDatabase database, Script script, bool both = false, Action<MessagingOptions>? options = null,
        bool even = false, bool many = false, Rush? rush = null)
    {
        var host = TestProcess.Build(database.Addresses, Work.None, [], services =>
        {
            services.AddSingleton(script);
            if (rush is not null)
                services.AddSingleton(rush);
            services.AddConsumer<PaymentCaptured, One>("one", "payments");
            if (both)
                services.AddConsumer<PaymentCaptured, Two>("two", "payments");
            if (even)
                services.AddConsumer<PaymentCaptured, Even>("even", "payments");
            if (many)
                services.AddConsumer<PaymentCaptured, Many>("many", "payments");
            services.Configure<MessagingOptions>(given =>
            {
                given.Backoff = TimeSpan.FromMilliseconds(10);
                given.AttemptsMax = 3;
                options?.Invoke(given);
            });
        });
        await host.StartAsync();
        return host;
    }

    public static Task PrepareEffects(TestDatabase database) =>
        database.Run("create schema test; create table test.effects (consumer text, message bigint)");

    public static async Task Publish(TestDatabase database, IEnumerable<long> numbers)
    {
        await using var connection = await database.Source.OpenConnectionAsync();
        foreach (var some in numbers.Chunk(100))
        {
            await using var transaction = await connection.BeginTransactionAsync();
            foreach (var number in some)
                await transaction.Publish(Message(number), default);
            await transaction.CommitAsync();
        }
    }

    public static PaymentCaptured Message(long number) => new()
    {
        Payment = number,
        Order = 1,
        Person = 1,
        AmountMinor = 1,
        Currency = "GBP",
        CapturedAt = DateTimeOffset.UnixEpoch,
    };

    public static Task KillOwnBackend(NpgsqlTransaction transaction, CancellationToken cancel) =>
        transaction.Execute("select pg_terminate_backend(pg_backend_pid())", cancel);
}
