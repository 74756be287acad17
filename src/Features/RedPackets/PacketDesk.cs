using System.Globalization;
using Doorbuster.Contracts.Books;
using Doorbuster.Contracts.Claims;
using Doorbuster.Contracts.Notices;
using Doorbuster.Contracts.People;
using Doorbuster.Platform;
using Doorbuster.Platform.Messaging;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Doorbuster.RedPackets;

/// <summary>
/// Sends packets and ends them. Each step is taken under the packet's row lock and can be taken again after any crash: the
/// books know each entry by its key, the pool by its id, and the row says what is left to do.
/// </summary>
internal sealed class PacketDesk(
    PacketStore store, IClaims claims, IBooks books, Ids ids, TimeProvider clock, ILogger<PacketDesk> log)
{
    /// <param name="owner">Who pays, from the wallet; null: the house.</param>
    /// <param name="requestKey">Of the sender's request, so that a retry finds the packet it made; null for none.</param>
    public async Task<Sent> Send(PacketDraft draft, long? owner, string? requestKey, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var partsMax = owner is null ? PacketDraft.PartsMaxOfHouse : PacketDraft.PartsMaxOfPerson;
        if (draft.Check(partsMax, now) is { Count: > 0 } wrong)
            return new Sent.Invalid(wrong);

        var packet = new RedPacket
        {
            Id = ids.Next(),
            Owner = owner,
            Title = draft.Title,
            Amount = new Money(draft.AmountMinor, draft.Currency),
            Parts = draft.Parts,
            IsLucky = draft.IsLucky,
            OpensAt = draft.OpensAt,
            ClosesAt = draft.ClosesAt,
            State = PacketState.Preparing,
            GoneAt = null,
            Granted = null,
            RefundedMinor = null,
            BestOrdinal = null,
            EndedAt = null,
        };
        var draw = PartSplit.StrongSource();
        var split = draft.IsLucky
            ? PartSplit.Luckily(draft.AmountMinor, draft.Parts, draw)
            : PartSplit.Equally(draft.AmountMinor, draft.Parts, draw);
        var isNew = await store.Insert(packet, split, requestKey, now, cancel);
        if (!isNew)
            packet = (await store.FindByRequest(requestKey!, cancel))!;
        try
        {
            packet = await Start(packet.Id, cancel);
        }
        catch (Exception away) when (away is StoreAwayException or NpgsqlException { IsTransient: true })
        {
            log.PacketWaits(packet.PublicId, away.Message);    // filed; the job goes on with it
        }
        return packet.State == PacketState.NotCovered ? new Sent.NotCovered() : new Sent.Packet(packet, isNew);
    }

    /// <summary>Takes the money and makes the pool, once; the packet as it is then.</summary>
    public async Task<RedPacket> Start(long id, CancellationToken cancel)
    {
        await using var connection = await store.Connect(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var packet = await PacketStore.Lock(transaction, id, cancel)
            ?? throw new InvalidOperationException($"No red packet {id}.");
        if (packet.State is not (PacketState.Preparing or PacketState.NotCovered))
            return packet;

        var state = await books.Post(packet.Payment(clock.GetUtcNow()), cancel) switch
        {
            BookOutcome.Done or BookOutcome.AlreadyDone => PacketState.Running,
            BookOutcome.Insufficient => PacketState.NotCovered,
            var other => throw new InvalidOperationException($"The books answered {other} to the payment of {packet.PublicId}."),
        };
        if (state == PacketState.Running
            && await claims.Create(packet.Pool, cancel) is not (PoolOutcome.Done or PoolOutcome.AlreadyDone) and var made)
            throw new InvalidOperationException($"The pool of {packet.PublicId} answered {made}.");
        await PacketStore.SetState(transaction, id, state, cancel);
        if (packet.Owner is { } owner and > 0)
            await transaction.Publish(new PersonChanged { People = [owner], Part = PersonsPackets.PartName }, cancel);
        await transaction.CommitAsync(cancel);
        log.PacketSent(packet.PublicId, packet.Parts, state);
        return packet with { State = state };
    }

    /// <summary>Ends a packet before its time: from now on it takes no grab, and what is left goes back.</summary>
    /// <param name="by">The administrator; null: the command line.</param>
    public async Task<Closed> CloseEarly(long id, long? by, CancellationToken cancel)
    {
        var isMarked = await store.CloseEarly(id, by, clock.GetUtcNow(), cancel);
        var packet = await store.Find(id, cancel);
        if (packet is null)
            return new Closed.Unknown();
        if (packet.ClosedEarlyAt is null)
            return packet.State == PacketState.Preparing ? new Closed.NotYet() : new Closed.Over();
        if (isMarked)
            log.PacketClosedEarly(packet.PublicId, by);
        try
        {
            await End(id, cancel);
        }
        catch (Exception away) when (away is StoreAwayException or NpgsqlException { IsTransient: true })
        {
            log.PacketWaits(packet.PublicId, away.Message);    // marked; the job ends it
        }
        return new Closed.Packet((await store.Find(id, cancel))!);
    }

    /// <summary>
    /// Closes the pool, gives back what nobody grabbed and tells the owner, each once. True when it is ended; false while
    /// grabs are still being written.
    /// </summary>
    public async Task<bool> End(long id, CancellationToken cancel)
    {
        await using var connection = await store.Connect(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var now = clock.GetUtcNow();
        if (await PacketStore.Lock(transaction, id, cancel) is not { State: PacketState.Running } packet
            || !packet.IsOver(now))
            return true;

        // A claim that began before the end may still wait for the pool's row. Closed by a change of that row, the pool takes
        // no claim after it, so what is counted now is counted for good.
        if (await claims.Change(id, new PoolChange { State = PoolState.Closed }, cancel)
            is not (PoolOutcome.Done or PoolOutcome.AlreadyDone) and var closed)
            throw new InvalidOperationException($"The pool of {packet.PublicId} answered {closed}.");
        var pool = await claims.Audit(id, cancel) ?? throw new InvalidOperationException($"No pool {id}.");
        var granted = pool.Kept + pool.Held;
        var left = packet.Amount.Minor - await PacketStore.SumOfFirst(transaction, id, granted, cancel);
        if (left > 0 && await books.Post(packet.Refund(left, now), cancel)
            is not (BookOutcome.Done or BookOutcome.AlreadyDone) and var refunded)
            throw new InvalidOperationException($"The books answered {refunded} to the refund of {packet.PublicId}.");
        if (await PacketStore.CountGrabs(transaction, id, cancel) < granted)
            return false;

        await PacketStore.End(transaction, packet, granted, left, now, cancel);
        if (packet.Owner is { } owner and > 0)
        {
            await transaction.Publish(Notice(packet, owner, granted, left), cancel);
            await transaction.Publish(new PersonChanged { People = [owner], Part = PersonsPackets.PartName }, cancel);
        }
        await transaction.CommitAsync(cancel);
        log.PacketEnded(packet.PublicId, granted, packet.Parts, left);
        return true;
    }

    private static SendNotice Notice(RedPacket packet, long owner, long granted, long left) => new()
    {
        Key = $"red_packet_ended:{packet.Id}",
        Person = owner,
        Kind = "red_packet_ended",
        Title = left == 0 ? "Your red packet is all gone"
            : packet.ClosedEarlyAt is null ? "Your red packet has ended" : "Your red packet was ended early",
        Text = string.Create(CultureInfo.InvariantCulture, $"{granted} of {packet.Parts} parts of “{packet.Title}” were grabbed.")
            + (left == 0 ? "" : " What nobody grabbed is back in your wallet."),
        Path = $"/red-packets/{packet.PublicId}",
    };
}

internal abstract record Sent
{
    private Sent() { }
    public sealed record Packet(RedPacket Value, bool IsNew) : Sent;
    public sealed record Invalid(Dictionary<string, string[]> Errors) : Sent;
    public sealed record NotCovered : Sent;
}

internal abstract record Closed
{
    private Closed() { }
    public sealed record Packet(RedPacket Value) : Closed;
    public sealed record Unknown : Closed;

    /// <summary>It is being made.</summary>
    public sealed record NotYet : Closed;

    /// <summary>It ended by itself, or never began.</summary>
    public sealed record Over : Closed;
}
