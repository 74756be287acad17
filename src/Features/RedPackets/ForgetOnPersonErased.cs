using Doorbuster.Contracts.People;
using Doorbuster.Platform.Messaging;
using Npgsql;

namespace Doorbuster.RedPackets;

/// <summary>Takes the person's name off what they sent and grabbed. A packet that still runs keeps its owner, to whom its
/// leftovers belong.</summary>
internal sealed class ForgetOnPersonErased : IConsumer<PersonErased>
{
    public Task Consume(PersonErased message, NpgsqlTransaction transaction, CancellationToken cancel) =>
        PacketStore.Forget(transaction, message.Person, cancel);
}
