using System.Collections.Concurrent;
using System.Threading.Channels;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Doorbuster.Platform.Messaging;

/// <summary>
/// Takes messages from the outbox, has a few workers deliver them, and settles what became of them. One loop talks to
/// the outbox, so that what piles up while it waits for an answer goes with the next statement. Any number of processes
/// may do this at once.
/// </summary>
internal sealed class Dispatcher(
    OutboxStore store, Delivery delivery, Subscriptions subscriptions, PostgresListener listener, Rush rush,
    IOptions<MessagingOptions> options, TimeProvider clock, ILogger<Dispatcher> log) : BackgroundService
{
    private const int InHandPerWorker = 64;
    private const int TogetherMax = 64;
    private const int TogetherLengthMax = 100_000;    // characters: a message may be of hundreds of orders

    private static readonly TimeSpan PollIdle = TimeSpan.FromMilliseconds(500);     // should a NOTIFY get lost
    private static readonly TimeSpan PollBusy = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan BusyFor = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AnnounceEvery = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan SettleWithin = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan RenewEvery = OutboxStore.Lease / 4;
    private static readonly TimeSpan AwayDelay = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan StepAside = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan StepAsideMax = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(5);

    private readonly int _inHandMax = options.Value.Workers * InHandPerWorker;
    private readonly Channel<Message[]> _work = Channel.CreateUnbounded<Message[]>();    // holds _inHandMax at most
    private readonly ConcurrentQueue<Outcome> _outcomes = new();
    private readonly SemaphoreSlim _signal = new(0, 1);
    private readonly Dictionary<long, Message> _inHand = [];    // the loop's alone
    private readonly List<Outcome> _unsettled = [];             // the loop's alone
    private readonly Horizon _horizon = new(clock);
    private readonly Patience _patience = new(rush, clock);
    private int _isWoken = 1;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        log.Dispatching(subscriptions.Consumers.Count);
        using var abandon = new CancellationTokenSource();
        var workers = Enumerable.Range(0, options.Value.Workers)
            .Select(_ => Task.Run(() => Work(abandon.Token))).ToList();
        using (listener.Subscribe("outbox", _ => Wake(), Wake))
            await Run(stoppingToken);
        await Finish(Task.WhenAll(workers), abandon);
    }

    private async Task Run(CancellationToken stop)
    {
        var (lastLook, lastAnnounced, lastRenewed) = (0L, 0L, clock.GetTimestamp());
        var (hasMore, isAway) = (true, false);
        using var stopping = stop.Register(Signal);
        while (!stop.IsCancellationRequested)
        {
            Collect();
            var isBusy = lastAnnounced != 0 && clock.GetElapsedTime(lastAnnounced) < BusyFor + PollBusy * 2;
            var room = _inHandMax - _inHand.Count + _unsettled.Count;
            var isDue = hasMore || Volatile.Read(ref _isWoken) == 1
                || clock.GetElapsedTime(lastLook) >= (isBusy ? PollBusy : PollIdle);
            var looks = isDue && room >= _inHandMax / 2;
            var renews = clock.GetElapsedTime(lastRenewed) >= RenewEvery;
            if (!looks && !renews && _unsettled.Count < _inHandMax / 4)
            {
                var wait = _unsettled.Count > 0 ? SettleWithin : isBusy ? PollBusy : PollIdle;
                if (await _signal.WaitAsync(wait, CancellationToken.None) && !stop.IsCancellationRequested)
                    continue;
                if (_unsettled.Count == 0)
                    continue;
            }

            if (looks)
                Interlocked.Exchange(ref _isWoken, 0);
            var puttingOff = _patience.Ask();
            var announces = (_inHand.Count > 0 || puttingOff)    // or each message that is put off would wake us
                && (lastAnnounced == 0 || clock.GetElapsedTime(lastAnnounced) >= AnnounceEvery);
            var (started, reach) = (clock.GetTimestamp(), _horizon.Reach());
            try
            {
                var taken = await store.Exchange(
                    _unsettled, renews ? StillInHand() : [], puttingOff ? subscriptions.TypesInRush : subscriptions.Types, looks ? room : 0, reach,
                    announces ? BusyFor : null, CancellationToken.None);
                Settled();
                foreach (var message in taken)
                    _inHand[message.Id] = message;
                foreach (var some in Portions(taken))
                    _work.Writer.TryWrite(some);
                if (isAway)
                    log.OutboxBack();
                isAway = false;
                var now = clock.GetTimestamp();
                if (looks)
                {
                    (lastLook, hasMore) = (now, taken.Count == room);
                    if (!puttingOff)
                        _horizon.Looked(started, reach, hasMore ? taken.Max(message => message.Overdue) : TimeSpan.Zero);
                }
                if (announces)
                    lastAnnounced = now;
                if (renews)
                    lastRenewed = now;
            }
            catch (Exception error)    // whatever it is, the loop goes on; what is unsettled is settled later
            {
                if (!isAway)
                    log.OutboxAway(error.Message);
                (isAway, hasMore) = (true, true);
                await Task.Delay(AwayDelay, clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    // What somebody handles together goes together; but what came before comes alone, so that it fails alone.
    private IEnumerable<Message[]> Portions(List<Message> taken)
    {
        foreach (var alike in taken.GroupBy(message => (
            message.Type, Alone: message.Attempts > 1 || message.Only is not null || !subscriptions.IsBatched(message.Type))))
            foreach (var some in alike.Key.Alone ? alike.Chunk(1) : Bundles(alike))
                yield return some;
    }

    private static IEnumerable<Message[]> Bundles(IEnumerable<Message> messages)
    {
        var (bundle, length) = (new List<Message>(TogetherMax), 0);
        foreach (var message in messages)
        {
            if (bundle.Count == TogetherMax || bundle.Count > 0 && length + message.Body.Length > TogetherLengthMax)
            {
                yield return [.. bundle];
                bundle.Clear();
                length = 0;
            }
            bundle.Add(message);
            length += message.Body.Length;
        }
        yield return [.. bundle];
    }

    private async Task Work(CancellationToken abandon)
    {
        await foreach (var messages in _work.Reader.ReadAllAsync(CancellationToken.None))
        {
            IReadOnlyList<Outcome> outcomes;
            try
            {
                await LetRushGoFirst(messages[0].Type, abandon);
                outcomes = await delivery.Deliver(messages, abandon);
            }
            catch (OperationCanceledException) when (abandon.IsCancellationRequested)
            {
                outcomes = [.. messages.Select(Untouched)];
            }
            catch (Exception error)    // a worker that ends would leave its share undone, and nobody would know
            {
                log.DeliveryFailed(error, messages[0].InboxKey);
                outcomes = [.. messages.Select(message => new Outcome(message, [], RetryAfter: AwayDelay, CountsAttempt: true))];
            }
            foreach (var outcome in outcomes)
                _outcomes.Enqueue(outcome);
            Signal();
        }
    }

    // What was taken before the rush. Briefly, because behind it may wait what cannot be put off.
    private async Task LetRushGoFirst(string type, CancellationToken abandon)
    {
        for (var waited = TimeSpan.Zero; _patience.PutsOff && waited < StepAsideMax && subscriptions.MayBePutOff(type); waited += StepAside)
            await Task.Delay(StepAside, clock, abandon);
    }

    // Hands back what nobody began, gives the rest a moment, then breaks it off: nothing of it is lost.
    private async Task Finish(Task workers, CancellationTokenSource abandon)
    {
        _work.Writer.Complete();
        while (_work.Reader.TryRead(out var messages))
            foreach (var message in messages)
                _outcomes.Enqueue(Untouched(message));

        await workers.WaitAsync(StopGrace, clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!workers.IsCompleted)
        {
            log.MessagesAbandoned(_inHand.Count);
            await abandon.CancelAsync();
            await workers;
        }
        Collect();
        try
        {
            using var time = new CancellationTokenSource(StopGrace);
            await store.Exchange(
                _unsettled, [], subscriptions.Types, room: 0, reach: TimeSpan.Zero, busyFor: TimeSpan.Zero, time.Token);
        }
        catch (Exception error)    // they come again when their lease has run out
        {
            log.OutboxAway(error.Message);
        }
    }

    private void Collect()
    {
        while (_outcomes.TryDequeue(out var outcome))
            _unsettled.Add(outcome);
    }

    private void Settled()
    {
        foreach (var outcome in _unsettled)
            _inHand.Remove(outcome.Message.Id);
        _unsettled.Clear();
    }

    private List<long> StillInHand() => [.. _inHand.Keys.Except(_unsettled.Select(outcome => outcome.Message.Id))];

    private static Outcome Untouched(Message message) =>
        new(message, [], RetryAfter: TimeSpan.Zero, CountsAttempt: false);

    private void Wake()
    {
        Volatile.Write(ref _isWoken, 1);
        Signal();
    }

    private void Signal()
    {
        try
        {
            if (_signal.CurrentCount == 0)
                _signal.Release();
        }
        catch (SemaphoreFullException)
        {
            // Another was faster: the signal is there.
        }
    }
}
