using System.Collections.Concurrent;

namespace Doorbuster.Claims;

/// <summary>
/// Lets the callers of a batch go on one after the other, beside the batch that follows. A work item for each of them woke threads
/// for a few microseconds of work, at a cost above the work's.
/// </summary>
internal sealed class Answers : IThreadPoolWorkItem
{
    private static readonly ConcurrentQueue<PendingClaim> Waiting = new();
    private static readonly Answers Sender = new();
    private static readonly int SendersMax = Math.Max(1, Environment.ProcessorCount / 2);
    private static int _senders;

    public static void Send(PendingClaim answered)
    {
        Waiting.Enqueue(answered);
        StartSender();
    }

    void IThreadPoolWorkItem.Execute()
    {
        while (Waiting.TryDequeue(out var answered))
            answered.Complete();
        Interlocked.Decrement(ref _senders);

        // Somebody may have added between the last look and the line above, and seen us running.
        if (!Waiting.IsEmpty)
            StartSender();
    }

    private static void StartSender()
    {
        var senders = Volatile.Read(ref _senders);
        if (senders < SendersMax && Interlocked.CompareExchange(ref _senders, senders + 1, senders) == senders)
            ThreadPool.UnsafeQueueUserWorkItem(Sender, preferLocal: false);
    }
}
