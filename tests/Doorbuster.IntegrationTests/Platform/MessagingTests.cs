using System.Collections.Concurrent;
using System.Diagnostics;
using Doorbuster.Contracts.Orders;
using Doorbuster.Platform;
using Doorbuster.Platform.Messaging;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Doorbuster.IntegrationTests.Platform;

public sealed class MessagingTests(SharedStores stores)
{
    private const string Waiting = "select count(*) from messaging.outbox";
    private const string Dead = "select count(*) from messaging.dead_letters";
    private const string Effects = "select count(*) from test.effects";
    private const string Doubled =
        "select count(*) from (select from test.effects group by consumer, message having count(*) > 1) d";

    [Fact]
    public async Task Two_dispatchers_bring_each_message_once_and_poison_stops_nobody()
    {
        await using var database = await Prepared();
        var script = new Script
        {
            After = (_, number, _, _) => number % 100 == 0
                ? throw new InvalidOperationException("poison")
                : Task.CompletedTask,
        };
        using var one = await Messages.StartConsumers(database, script);
        using var other = await Messages.StartConsumers(database, script);

        await Messages.Publish(database, Enumerable.Range(1, 2_000).Select(n => (long)n));

        await database.Until(0L, Waiting);
        Assert.Equal(1_980L, await database.Scalar<long>(Effects));
        Assert.Equal(0L, await database.Scalar<long>(Doubled));
        Assert.Equal(20L, await database.Scalar<long>(Dead));
        Assert.Contains("poison", await database.Scalar<string>("select error from messaging.dead_letters limit 1"));
        await Task.WhenAll(one.StopAsync(), other.StopAsync());
    }

    [Fact]
    public async Task A_consumer_gets_the_messages_that_concern_it_and_the_others_cost_it_nothing()
    {
        await using var database = await Prepared();
        using var process = await Messages.StartConsumers(database, new Script(), even: true);

        await Messages.Publish(database, [1, 2, 3, 4]);

        await database.Until(0L, Waiting);
        Assert.Equal(4L, await database.Scalar<long>("select count(*) from test.effects where consumer = 'one'"));
        Assert.Equal("2,4", await database.Scalar<string>(
            "select string_agg(message::text, ',' order by message) from test.effects where consumer = 'even'"));
        Assert.Equal(2L, await database.Scalar<long>("select count(*) from messaging.inbox where consumer = 'even'"));
        await process.StopAsync();
    }

    [Fact]
    public async Task What_waits_together_is_handled_together_and_poison_among_it_stops_nobody()
    {
        await using var database = await Prepared();
        await Messages.Publish(database, Enumerable.Range(1, 1_000).Select(n => (long)n));
        var script = new Script
        {
            After = (consumer, number, _, _) => consumer == "many" && number % 100 == 0
                ? throw new InvalidOperationException("poison")
                : Task.CompletedTask,
        };

        using var one = await Messages.StartConsumers(database, script, many: true);
        using var other = await Messages.StartConsumers(database, script, many: true);

        await database.Until(0L, Waiting);
        Assert.Contains(script.Batches, count => count > 10);
        Assert.Equal(1_000L, await database.Scalar<long>($"{Effects} where consumer = 'one'"));
        Assert.Equal(990L, await database.Scalar<long>($"{Effects} where consumer = 'many'"));
        Assert.Equal(0L, await database.Scalar<long>(Doubled));
        Assert.Equal(10L, await database.Scalar<long>($"{Dead} where consumer = 'many'"));
        await Task.WhenAll(one.StopAsync(), other.StopAsync());
    }

    [Fact]
    public async Task While_buyers_queue_what_may_be_put_off_is_and_no_longer()
    {
        await using var database = await Prepared();
        var clock = new StoppedClock();    // once said, a rush does not fade
        var rush = new Rush(clock);
        rush.Note();
        using var process = await Messages.StartConsumers(database, new Script(), rush: rush);
        await Messages.Publish(database, [1]);
        await database.Until(0L, Waiting);    // its first look, which finds what waited before, is past

        await using (var connection = await database.Source.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await transaction.Publish(
                new OrdersMoved { To = "placed", Reason = "placed", At = DateTimeOffset.UnixEpoch, Orders = [] }, default);
            await transaction.CommitAsync();
        }
        await Messages.Publish(database, [2]);
        await database.Until(2L, Effects);
        await database.Until(1L, Waiting);

        Assert.Equal("OrdersMoved", await database.Scalar<string>("select string_agg(type, ',') from messaging.outbox"));
        clock.Now = clock.TimestampFrequency;
        await database.Until(0L, Waiting);
        await process.StopAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_consumer_whose_connection_breaks_before_or_after_its_effect_has_it_once(bool before)
    {
        await using var database = await Prepared();
        var broken = new ConcurrentDictionary<long, bool>();
        Task Breaks(string consumer, long number, NpgsqlTransaction transaction, CancellationToken cancel) =>
            broken.TryAdd(number, true) ? Messages.KillOwnBackend(transaction, cancel) : Task.CompletedTask;
        var script = before ? new Script { Before = Breaks } : new Script { After = Breaks };
        using var process = await Messages.StartConsumers(database, script);

        await Messages.Publish(database, [1, 2, 3]);

        await database.Until(0L, Waiting);
        Assert.Equal(3, broken.Count);
        Assert.Equal(3L, await database.Scalar<long>(Effects));
        Assert.Equal(0L, await database.Scalar<long>(Doubled));
        await process.StopAsync();
    }

    [Fact]
    public async Task A_dispatcher_that_dies_between_effect_and_removal_leaves_one_effect()
    {
        await using var database = await Prepared();
        await database.Run(
            """
            create function test.refuse() returns trigger language plpgsql as $$ begin raise 'died'; end $$;
            create trigger refuse before delete on messaging.outbox for each row execute function test.refuse();
            """);
        using (var dying = await Messages.StartConsumers(database, new Script()))
        {
            await Messages.Publish(database, [1]);
            await database.Until(1L, Effects);
            await dying.StopAsync();
        }
        Assert.Equal(1L, await database.Scalar<long>(Waiting));

        await database.Run("drop trigger refuse on messaging.outbox; update messaging.outbox set due_at = now()");
        using var next = await Messages.StartConsumers(database, new Script());
        await database.Until(0L, Waiting);

        Assert.Equal(1L, await database.Scalar<long>(Effects));
        await next.StopAsync();
    }

    [Fact]
    public async Task All_connections_cut_again_and_again_lose_and_double_nothing()
    {
        await using var database = await Prepared();
        using var one = await Messages.StartConsumers(database, new Script(), both: true);
        using var other = await Messages.StartConsumers(database, new Script(), both: true);
        for (var round = 0; round < 10; round++)
        {
            await Messages.Publish(database, Enumerable.Range(round * 100, 100).Select(n => (long)n));
            await database.Run(
                "select pg_terminate_backend(pid) from pg_stat_activity "
                + "where application_name like 'doorbuster.%' and datname = current_database()");
        }

        await database.Until(0L, Waiting, seconds: 40);
        Assert.Equal(2_000L, await database.Scalar<long>(Effects));
        Assert.Equal(0L, await database.Scalar<long>(Doubled));
        Assert.Equal(0L, await database.Scalar<long>(Dead));
        await Task.WhenAll(one.StopAsync(), other.StopAsync());
    }

    [Fact]
    public async Task One_consumers_failure_leaves_the_other_alone_and_its_dead_letter_can_be_sent_again()
    {
        await using var database = await Prepared();
        var isBroken = true;
        var script = new Script
        {
            Before = (consumer, _, _, _) => consumer == "two" && isBroken
                ? throw new InvalidOperationException("broken")
                : Task.CompletedTask,
        };
        using var process = await Messages.StartConsumers(database, script, both: true);
        await Messages.Publish(database, [7]);
        await database.Until(0L, Waiting);
        Assert.Equal("one", await database.Scalar<string>("select string_agg(consumer, ',') from test.effects"));
        Assert.Equal("two", await database.Scalar<string>("select consumer from messaging.dead_letters"));

        isBroken = false;
        var queue = process.Services.GetRequiredService<QueueStore>();
        Assert.Equal(1, await queue.Retry(Assert.Single(await queue.DeadLetters(10, default)).Id, default));

        await database.Until(2L, Effects);
        await database.Until(0L, Waiting);
        Assert.Equal(0L, await database.Scalar<long>(Doubled));
        Assert.Equal(0L, await database.Scalar<long>(Dead));
        await process.StopAsync();
    }

    [Fact]
    public async Task Messages_nobody_wants_are_removed_and_those_of_a_newer_program_are_left()
    {
        await using var database = await Prepared();
        using var process = await Messages.StartConsumers(database, new Script());

        await database.Run(
            """
            insert into messaging.outbox (type, body) values ('RefundPayment', '{}'), ('InventedLater', '{}');
            select messaging.wake();
            """);

        await database.Until("InventedLater", "select string_agg(type, ',') from messaging.outbox");
        await process.StopAsync();
    }

    [Fact]
    public async Task A_message_waits_for_the_process_that_consumes_it()
    {
        await using var database = await Prepared();
        await Messages.Publish(database, [1]);

        using var process = await Messages.StartConsumers(database, new Script());

        await database.Until(1L, Effects);
        await process.StopAsync();
    }

    [Fact]
    public async Task A_consumer_added_later_gets_what_comes_from_then_on()
    {
        await using var database = await Prepared();
        using (var before = await Messages.StartConsumers(database, new Script()))
        {
            await Messages.Publish(database, [1]);
            await database.Until(0L, Waiting);
            await before.StopAsync();
        }

        using var after = await Messages.StartConsumers(database, new Script(), both: true);
        await Messages.Publish(database, [2]);

        await database.Until(0L, Waiting);
        Assert.Equal("one 1, one 2, two 2", await database.Scalar<string>(
            "select string_agg(consumer || ' ' || message, ', ' order by consumer, message) from test.effects"));
        await after.StopAsync();
    }

    [Fact]
    public async Task A_message_whose_notification_is_lost_is_found_all_the_same()
    {
        await using var database = await Prepared();
        using var process = await Messages.StartConsumers(database, new Script());
        await Messages.Publish(database, [1]);
        await database.Until(0L, Waiting);

        await database.Run(
            """
            update messaging.dispatch set busy_until = 'infinity';
            insert into messaging.outbox (type, body)
            values ('PaymentCaptured', '{"payment":2,"order":1,"person":1,"amountMinor":1,"currency":"GBP",
              "capturedAt":"2025-01-01T00:00:00Z"}')
            """);

        await database.Until(2L, Effects);
        await process.StopAsync();
    }

    [Fact]
    public async Task A_message_of_a_transaction_that_took_an_hour_is_found()
    {
        await using var database = await Prepared();
        using var process = await Messages.StartConsumers(database, new Script());
        await Messages.Publish(database, [1]);
        await database.Until(0L, Waiting);

        await using (var connection = await database.Source.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await transaction.Publish(Messages.Message(2), default);
            await transaction.Execute("update messaging.outbox set due_at = now() - interval '1 hour'", default);
            await transaction.CommitAsync();
        }

        await database.Until(2L, Effects);
        await process.StopAsync();
    }

    [Fact]
    public async Task A_transaction_that_rolls_back_sends_nothing()
    {
        await using var database = await Prepared();
        await using (var connection = await database.Source.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
            await transaction.Publish(Messages.Message(1), default);

        Assert.Equal(0L, await database.Scalar<long>(Waiting));
    }

    [Fact]
    public async Task A_slow_consumer_delays_no_other_message()
    {
        await using var database = await Prepared();
        var release = new TaskCompletionSource();
        var script = new Script { Before = (_, number, _, _) => number == 1 ? release.Task : Task.CompletedTask };
        using var process = await Messages.StartConsumers(database, script, options: given => given.Workers = 2);

        await Messages.Publish(database, Enumerable.Range(1, 200).Select(n => (long)n));

        await database.Until(199L, Effects);
        release.SetResult();
        await database.Until(0L, Waiting);
        await process.StopAsync();
    }

    [Fact]
    public async Task What_a_stopping_process_did_not_begin_is_handed_back_at_once()
    {
        await using var database = await Prepared();
        var began = new TaskCompletionSource();
        var script = new Script
        {
            Before = (_, _, _, cancel) =>
            {
                began.TrySetResult();
                return Task.Delay(300, cancel);
            },
        };
        using (var process = await Messages.StartConsumers(database, script, options: given => given.Workers = 1))
        {
            await Messages.Publish(database, Enumerable.Range(1, 20).Select(n => (long)n));
            await began.Task;
            await process.StopAsync();
        }
        var left = await database.Scalar<long>(
            "select count(*) from messaging.outbox where due_at <= now() and attempts = 0");
        Assert.Equal(20 - await database.Scalar<long>(Effects), left);

        using var next = await Messages.StartConsumers(database, new Script());
        await database.Until(20L, Effects);
        await next.StopAsync();
    }

    [Fact]
    public async Task The_trace_goes_on_from_the_transaction_to_the_consumer()
    {
        await using var database = await Prepared();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Doorbuster.Messaging" or "test",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        using var source = new ActivitySource("test");
        ActivityTraceId seen = default;
        var script = new Script
        {
            Before = (_, _, _, _) =>
            {
                seen = Activity.Current!.TraceId;
                return Task.CompletedTask;
            },
        };
        using var process = await Messages.StartConsumers(database, script);

        ActivityTraceId sent;
        using (var request = source.StartActivity("request")!)
        {
            sent = request.TraceId;
            await Messages.Publish(database, [1]);
        }

        await database.Until(1L, Effects);
        Assert.Equal(sent, seen);
        await process.StopAsync();
    }

    private async Task<TestDatabase> Prepared()
    {
        var database = await TestDatabase.Migrated(stores);
        await Messages.PrepareEffects(database);
        return database;
    }

    private sealed class StoppedClock : TimeProvider
    {
        public long Now { get; set; } = 1;

        public override long GetTimestamp() => Now;
    }
}
