using Doorbuster.Contracts.People;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Doorbuster.UserCenter;

/// <summary>Everything a person sees of himself, in one answer that no single part can hold up or break.</summary>
internal sealed class Overview(
    PartGraph graph, OverviewCache cache, PartCounts counts, IOptions<UserCenterOptions> options, TimeProvider clock,
    ILogger<Overview> log)
{
    private const int PartBytesMax = 256 * 1024;

    public async Task<byte[]> Load(long person, CancellationToken cancel)
    {
        var known = await cache.Read(person);
        var parts = await graph.Run((part, needed) => Make(part, person, known.Find(part.Name), needed, cancel));
        await cache.File(person, known, parts.Where(part => part.State == PartState.Loaded));
        foreach (var part in parts)
            counts.Count(part);
        return OverviewDocument.Write(parts);
    }

    private async Task<PartResult> Make(
        IOverviewPart part, long person, CachedPart known, Func<Task<NeededParts>> needed, CancellationToken cancel)
    {
        if (known.IsFresh)
            return new(part.Name, PartState.Cached, known.Value);

        var inputs = await needed();
        if (await TryLoad(part, person, inputs, cancel) is { } value)
            return new(part.Name, inputs.AreCurrent ? PartState.Loaded : PartState.Provisional, value);
        return known.Value.IsEmpty
            ? new(part.Name, PartState.Missing, default)
            : new(part.Name, PartState.Stale, known.Value);
    }

    private async Task<ReadOnlyMemory<byte>?> TryLoad(
        IOverviewPart part, long person, NeededParts inputs, CancellationToken cancel)
    {
        using var late = new CancellationTokenSource(options.Value.PartTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancel);
        try
        {
            // Waited for apart from the part itself: one that does not listen must not hold up the answer.
            var value = await part.Load(person, inputs.Values, either.Token).WaitAsync(either.Token);
            if (value.Length <= PartBytesMax && OverviewDocument.IsOneValue(value.Span))
                return value;
            log.PartIsNonsense(part.Name, value.Length);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            log.PartTookTooLong(part.Name, options.Value.PartTimeout.TotalMilliseconds);
        }
#pragma warning disable CA1031 // Whatever is wrong with one part, the others are shown.
        catch (Exception error) when (!cancel.IsCancellationRequested)
#pragma warning restore CA1031
        {
            log.PartFailed(part.Name, error);
        }
        return null;
    }
}
