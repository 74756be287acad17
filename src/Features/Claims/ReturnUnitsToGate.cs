using Doorbuster.Contracts.Claims;
using Doorbuster.Platform.Messaging;
using Npgsql;

namespace Doorbuster.Claims;

/// <summary>
/// Gives released units back to the gate. A message, so that a crash after the release loses nothing; repeating it changes
/// nothing, because a record in the gate gives its units back once.
/// </summary>
internal sealed class ReturnUnitsToGate(IGate gate, ILedger ledger) : IConsumer<ClaimsReleased>
{
    public async Task Consume(ClaimsReleased message, NpgsqlTransaction transaction, CancellationToken cancel)
    {
        var returns = message.Ids.Zip(message.People, (id, person) => new GateReturn(person, id, Forget: false)).ToArray();

        // Without a gate of this epoch there is nothing to return to: the next one is counted from the ledger.
        if (await ledger.FindPool(message.Pool, cancel) is { Epoch: > 0 and var epoch })
            await gate.Return(message.Pool, epoch, returns, []);
    }
}
