using Doorbuster.Platform.Jobs;
using Microsoft.Extensions.Logging;

namespace Doorbuster.Platform.Audit;

/// <summary>Writes the end of the chain to the program's log, which is kept elsewhere: what a rewritten audit log is
/// measured by.</summary>
internal sealed class TellAnchor(AuditStore store, ILogger<TellAnchor> log) : IJob
{
    public async Task<string> Run(CancellationToken cancel)
    {
        var head = (await store.Head(cancel)).ToString();
        log.AuditAnchored(head);
        return $"anchor {head}";
    }
}

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Information, Message = "The audit log ends with {Anchor}")]
    public static partial void AuditAnchored(this ILogger log, string anchor);
}
