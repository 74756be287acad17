using Doorbuster.Contracts.Audit;
using Doorbuster.Platform.Messaging;
using Npgsql;

namespace Doorbuster.Platform.Audit;

/// <summary>What was done in another database comes into the one log, once.</summary>
internal sealed class FileAuditNotes : IConsumer<AuditNoted>
{
    public const string Name = "audit.file";

    public Task Consume(AuditNoted message, NpgsqlTransaction transaction, CancellationToken cancel) => AuditLog.File(
        transaction, message.At, new Actor(message.Actor, message.Source, message.Address, message.Request),
        message.Action, message.Subject, message.Before, message.After, cancel);
}
