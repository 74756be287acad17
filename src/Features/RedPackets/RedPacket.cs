using Doorbuster.Contracts.Books;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;

namespace Doorbuster.RedPackets;

internal enum PacketState : short { Preparing = 0, Running = 1, Ended = 2, NotCovered = 3 }

/// <summary>Money in parts, for whoever grabs one. Its pool decides who does.</summary>
internal sealed record RedPacket
{
    public const string PublicPrefix = "rpk";
    public const string PoolKind = "red_packet";

    private const string House = "marketing";    // what the house gives away

    public required long Id { get; init; }

    /// <summary>Who paid; null: the house.</summary>
    public required long? Owner { get; init; }
    public required string Title { get; init; }
    public required Money Amount { get; init; }
    public required int Parts { get; init; }
    public required bool IsLucky { get; init; }
    public required DateTimeOffset OpensAt { get; init; }
    public required DateTimeOffset ClosesAt { get; init; }
    public required PacketState State { get; init; }
    public required DateTimeOffset? GoneAt { get; init; }
    public required int? Granted { get; init; }
    public required long? RefundedMinor { get; init; }
    public required int? BestOrdinal { get; init; }
    public required DateTimeOffset? EndedAt { get; init; }

    /// <summary>An operator ended it before its time.</summary>
    public DateTimeOffset? ClosedEarlyAt { get; init; }

    public string PublicId => Platform.PublicId.Format(PublicPrefix, Id);

    /// <summary>Holds what is paid and neither grabbed nor refunded; empty in the end.</summary>
    public string Account => AccountOf(Id);

    public string PayingAccount => Owner is { } person ? BookAccounts.OfPerson(person) : BookAccounts.OfHouse(House);

    public PoolDefinition Pool => new()
    {
        Id = Id,
        Kind = PoolKind,
        Total = Parts,
        LimitPerPerson = 1,
        Hold = null,
        OpensAt = OpensAt,
        ClosesAt = ClosesAt,
    };

    public BookEntry Payment(DateTimeOffset at) => BookEntry.Move(
        $"redpacket:{Id}:paid", "red_packet_sent", at, Amount.Currency, Amount.Minor, PayingAccount, Account);

    public BookEntry Refund(long minor, DateTimeOffset at) => BookEntry.Move(
        $"redpacket:{Id}:left", "red_packet_refunded", at, Amount.Currency, minor, Account, PayingAccount);

    public static BookEntry Credit(
        long packet, long ordinal, string currency, long minor, long person, DateTimeOffset at) =>
        BookEntry.Move(
            $"redpacket:{packet}:{ordinal}", "red_packet", at, currency, minor, AccountOf(packet),
            BookAccounts.OfPerson(person));

    /// <summary>In words, from the pool's facts once there is a pool.</summary>
    public string PhaseAt(DateTimeOffset now, PoolView? pool) => this switch
    {
        { State: PacketState.Preparing } => "preparing",
        { State: PacketState.NotCovered } => "not_covered",
        { State: PacketState.Ended } when Granted < Parts => "ended",
        { State: PacketState.Ended } or { GoneAt: not null } => "gone",
        _ when now >= ClosesAt || ClosedEarlyAt is not null => "ended",
        _ when now < OpensAt => "announced",
        _ => pool?.Left <= 0 ? "gone" : "open",
    };

    /// <summary>Whether it has to end, and take no more grabs.</summary>
    public bool IsOver(DateTimeOffset now) => ClosesAt <= now || GoneAt is not null || ClosedEarlyAt is not null;

    /// <summary>Whether it is what was asked for. Times may be left out of a request, and are then another moment's.</summary>
    public bool Is(PacketDraft draft) =>
        Amount == new Money(draft.AmountMinor, draft.Currency) && Parts == draft.Parts && IsLucky == draft.IsLucky
        && Title == draft.Title;

    private static string AccountOf(long packet) => BookAccounts.OfHouse($"red-packet-{packet}");
}

internal sealed record Grab(int Ordinal, long Claim, long Person, long AmountMinor, DateTimeOffset At);
