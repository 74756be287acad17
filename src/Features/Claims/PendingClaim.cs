using System.Threading.Tasks.Sources;
using Doorbuster.Contracts.Claims;

namespace Doorbuster.Claims;

/// <summary>One request on its way through gate and ledger, and the promise its caller awaits.</summary>
internal sealed class PendingClaim : IValueTaskSource<ClaimResult>
{
    private ManualResetValueTaskSourceCore<ClaimResult> _answer;
    private int _answered;
    private ClaimResult _result;
    private Exception? _error;

    public required long Person { get; init; }
    public required int Quantity { get; init; }
    public required Guid Key { get; init; }

    /// <summary>Tick (ms) until which the caller waits.</summary>
    public required long WaitsUntil { get; init; }

    /// <summary>W3C traceparent of a recorded request, else null.</summary>
    public string? Trace { get; init; }

    /// <summary>Minted for this request; replaced by the earlier claim's id when the gate knows the key.</summary>
    public required long Id { get; set; }

    /// <summary>Epoch of the gate that gave the units; 0 before.</summary>
    public int Epoch { get; set; }

    /// <summary>The ledger may only look the key up, not grant it: the gate remembers it as released, or it is refused.</summary>
    public bool LookUpOnly { get; set; }

    /// <summary>The answer when nothing was claimed under the key earlier: the pool is not open, paused or closed.</summary>
    public ClaimOutcome? RefusedAs { get; init; }

    /// <summary>The entry in the gate's log that holds these units until the ledger answered; null when another's does.</summary>
    public LogEntry? Entry { get; set; }

    /// <summary>How often a newer epoch sent it back to the gate.</summary>
    public int Turns { get; set; }

    public bool IsAnswered => Volatile.Read(ref _answered) != 0;

    public ValueTask<ClaimResult> Answer => new(this, _answer.Version);

    /// <summary>What was answered; only once it was.</summary>
    public ClaimResult Result => _result;

    /// <summary>The first answer counts; a later one (the ledger's, after "queued") is dropped.</summary>
    public void Reply(ClaimResult result)
    {
        if (Interlocked.Exchange(ref _answered, 1) != 0)
            return;
        _result = result;
        Answers.Send(this);
    }

    public void Fail(Exception error)
    {
        if (Interlocked.Exchange(ref _answered, 1) != 0)
            return;
        _error = error;
        Answers.Send(this);
    }

    /// <summary>Lets the caller go on, on this thread.</summary>
    public void Complete()
    {
        if (_error is null)
            _answer.SetResult(_result);
        else
            _answer.SetException(_error);
    }

    ClaimResult IValueTaskSource<ClaimResult>.GetResult(short token) => _answer.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<ClaimResult>.GetStatus(short token) => _answer.GetStatus(token);

    void IValueTaskSource<ClaimResult>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _answer.OnCompleted(continuation, state, token, flags);
}

/// <summary>An entry of the gate's log: the units of one batch, filed until the ledger answered for all of them.</summary>
internal sealed class LogEntry(string id, int epoch, int open)
{
    private int _open = open;

    public string Id => id;

    public int Epoch => epoch;

    /// <summary>True for the call that settles the last of the entry's claims.</summary>
    public bool SettleOne() => Interlocked.Decrement(ref _open) == 0;
}
