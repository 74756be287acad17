using Doorbuster.Platform;
using Doorbuster.Platform.Audit;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;

namespace Doorbuster.RedPackets;

internal sealed class PacketStore([FromKeyedServices(RedPacketsFeature.SchemaName)] NpgsqlDataSource db)
{
    private const string Columns =
        """
        id, owner, title, currency, amount_minor, parts, is_lucky, opens_at, closes_at, state, gone_at, granted,
        refunded_minor, best_ordinal, ended_at, closed_early_at
        """;

    public ValueTask<NpgsqlConnection> Connect(CancellationToken cancel) => db.OpenConnectionAsync(cancel);

    public Task<RedPacket?> Find(long id, CancellationToken cancel) => db.QueryFirst(
        $"select {Columns} from red_packets.packets where id = $1", Read, cancel, new NpgsqlParameter { Value = id });

    public Task<RedPacket?> FindByRequest(string requestKey, CancellationToken cancel) => db.QueryFirst(
        $"select {Columns} from red_packets.packets where request_key = $1", Read, cancel,
        new NpgsqlParameter { Value = requestKey });

    /// <summary>Newest first, below the cursor.</summary>
    public Task<List<RedPacket>> List(long before, int limit, CancellationToken cancel) => db.Query(
        $"select {Columns} from red_packets.packets where id < $1 order by id desc limit $2", Read, cancel,
        new NpgsqlParameter { Value = before }, new NpgsqlParameter { Value = limit });

    /// <summary>The house's, oldest first, above the cursor, each with the key of the request that made it.</summary>
    public Task<List<(RedPacket Packet, string? RequestKey)>> ListOfHouse(long after, int limit, CancellationToken cancel) =>
        db.Query(
            $"""
            select {Columns}, request_key from red_packets.packets
            where owner is null and id > $1 order by id limit $2
            """,
            row => (Read(row), row.IsDBNull(16) ? null : row.GetString(16)), cancel,
            new NpgsqlParameter { Value = after }, new NpgsqlParameter { Value = limit });

    public Task<List<RedPacket>> ListOf(long owner, long before, int limit, CancellationToken cancel) => db.Query(
        $"select {Columns} from red_packets.packets where owner = $1 and id < $2 order by id desc limit $3", Read, cancel,
        new NpgsqlParameter { Value = owner }, new NpgsqlParameter { Value = before },
        new NpgsqlParameter { Value = limit });

    /// <summary>Half made, or over and not ended yet.</summary>
    public Task<List<(long Id, PacketState State)>> ListDue(DateTimeOffset now, int limit, CancellationToken cancel) =>
        db.Query(
            """
            select id, state from red_packets.packets
            where state = 0 and made_at < $1 - interval '2 seconds'
              or state = 1 and (closes_at <= $1 or gone_at is not null or closed_early_at is not null)
            order by id limit $2
            """,
            row => (row.GetInt64(0), (PacketState)row.GetInt16(1)), cancel,
            new NpgsqlParameter { Value = now }, new NpgsqlParameter { Value = limit });

    /// <summary>The currency and the parts; null when there is no such packet.</summary>
    public Task<PacketParts?> FindParts(long id, CancellationToken cancel) => db.QueryFirst(
        "select currency, split from red_packets.packets where id = $1",
        row => new PacketParts(row.GetString(0), row.GetFieldValue<long[]>(1)), cancel,
        new NpgsqlParameter { Value = id });

    /// <summary>False when the same request made its packet before.</summary>
    public async Task<bool> Insert(
        RedPacket packet, long[] split, string? requestKey, DateTimeOffset now, CancellationToken cancel) =>
        await db.ExecuteAudited(
            new("red_packet.send", packet.PublicId, null, new()
            {
                ["title"] = packet.Title,
                ["amount"] = packet.Amount.Minor,
                ["currency"] = packet.Amount.Currency,
                ["parts"] = packet.Parts,
                ["opensAt"] = packet.OpensAt,
                ["closesAt"] = packet.ClosesAt,
            }),
            """
            insert into red_packets.packets
              (id, owner, title, currency, amount_minor, parts, is_lucky, split, opens_at, closes_at, made_at, request_key)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            on conflict (request_key) do nothing
            """,
            cancel,
            new() { Value = packet.Id },
            new() { Value = (object?)packet.Owner ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint },
            new() { Value = packet.Title }, new() { Value = packet.Amount.Currency },
            new() { Value = packet.Amount.Minor }, new() { Value = packet.Parts }, new() { Value = packet.IsLucky },
            new() { Value = split }, new() { Value = packet.OpensAt }, new() { Value = packet.ClosesAt },
            new() { Value = now },
            new() { Value = (object?)requestKey ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text }) > 0;

    /// <summary>Locked: the one who holds it takes its next step.</summary>
    public static async Task<RedPacket?> Lock(NpgsqlTransaction transaction, long id, CancellationToken cancel) =>
        (await transaction.Query(
            $"select {Columns} from red_packets.packets where id = $1 for update", Read, cancel,
            new NpgsqlParameter { Value = id })).FirstOrDefault();

    /// <summary>Once it is marked it ends, whoever dies meanwhile. False when it does not run, or is marked already.</summary>
    public async Task<bool> CloseEarly(long id, long? by, DateTimeOffset now, CancellationToken cancel) => await db.ExecuteAudited(
        new("red_packet.close", PublicId.Format(RedPacket.PublicPrefix, id), null, new() { ["closedEarlyAt"] = now }),
        """
        update red_packets.packets set closed_early_at = $2, closed_by = $3
        where id = $1 and state = 1 and closed_early_at is null and gone_at is null and closes_at > $2
        """,
        cancel, new() { Value = id }, new() { Value = now },
        new() { Value = (object?)by ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint }) > 0;

    public static Task SetState(
        NpgsqlTransaction transaction, long id, PacketState state, CancellationToken cancel) => transaction.Execute(
            "update red_packets.packets set state = $2 where id = $1", cancel,
            new NpgsqlParameter { Value = id }, new NpgsqlParameter { Value = (short)state });

    /// <summary>What the first so many parts come to.</summary>
    public static async Task<long> SumOfFirst(
        NpgsqlTransaction transaction, long id, long parts, CancellationToken cancel) => (await transaction.Query(
            """
            select coalesce(sum(part), 0)::bigint
            from (select unnest(split[1:$2]) as part from red_packets.packets where id = $1) p
            """,
            row => row.GetInt64(0), cancel, new NpgsqlParameter { Value = id },
            new NpgsqlParameter { Value = (int)parts }))[0];

    public static async Task<long> CountGrabs(NpgsqlTransaction transaction, long id, CancellationToken cancel) =>
        (await transaction.Query(
            "select count(*) from red_packets.grabs where packet = $1", row => row.GetInt64(0), cancel,
            new NpgsqlParameter { Value = id }))[0];

    /// <summary>Its largest part is the best luck, when all are gone; of equals the earliest.</summary>
    public static Task End(
        NpgsqlTransaction transaction, RedPacket packet, long granted, long refundedMinor, DateTimeOffset now,
        CancellationToken cancel) => transaction.Execute(
            """
            update red_packets.packets
            set state = 2, granted = $2, refunded_minor = $3, ended_at = $4, best_ordinal = (
              select ordinal from red_packets.grabs
              where packet = $1 and $2 = parts and is_lucky order by amount_minor desc, ordinal limit 1)
            where id = $1 and state = 1
            """,
            cancel, new() { Value = packet.Id }, new() { Value = (int)granted }, new() { Value = refundedMinor },
            new() { Value = now });

    /// <summary>A part is grabbed once, so writing it twice writes it once.</summary>
    public static async Task WriteGrabs(
        NpgsqlTransaction transaction, long packet, IReadOnlyList<Grab> grabs, bool areGone, CancellationToken cancel)
    {
        await transaction.Execute(
            """
            insert into red_packets.grabs (packet, ordinal, claim, person, amount_minor, grabbed_at)
            select $1, * from unnest($2, $3, $4, $5, $6)
            on conflict (packet, ordinal) do nothing
            """,
            cancel, new() { Value = packet }, new() { Value = grabs.Select(grab => grab.Ordinal).ToArray() },
            new() { Value = grabs.Select(grab => grab.Claim).ToArray() },
            new() { Value = grabs.Select(grab => grab.Person).ToArray() },
            new() { Value = grabs.Select(grab => grab.AmountMinor).ToArray() },
            new() { Value = grabs.Select(grab => grab.At).ToArray() });
        if (areGone)
            await transaction.Execute(
                "update red_packets.packets set gone_at = $2 where id = $1 and gone_at is null", cancel,
                new NpgsqlParameter { Value = packet }, new NpgsqlParameter { Value = grabs.Max(grab => grab.At) });
    }

    /// <summary>In the order in which they were grabbed, above the cursor.</summary>
    public Task<List<Grab>> ListGrabs(long packet, long after, int limit, CancellationToken cancel) => db.Query(
        """
        select ordinal, claim, person, amount_minor, grabbed_at from red_packets.grabs
        where packet = $1 and ordinal > $2 order by ordinal limit $3
        """,
        ReadGrab, cancel, new() { Value = packet }, new() { Value = (int)Math.Min(after, int.MaxValue) },
        new() { Value = limit });

    public Task<Grab?> FindGrab(long packet, long person, CancellationToken cancel) => db.QueryFirst(
        """
        select ordinal, claim, person, amount_minor, grabbed_at from red_packets.grabs where packet = $1 and person = $2
        """,
        ReadGrab, cancel, new NpgsqlParameter { Value = packet }, new NpgsqlParameter { Value = person });

    /// <summary>How many parts the person has, and what they come to in each currency.</summary>
    public Task<List<(string Currency, long Count, long Minor)>> SumGrabsOf(long person, CancellationToken cancel) =>
        db.Query(
            """
            select p.currency, count(*), sum(g.amount_minor)::bigint
            from red_packets.grabs g join red_packets.packets p on p.id = g.packet
            where g.person = $1 group by p.currency order by p.currency
            """,
            row => (row.GetString(0), row.GetInt64(1), row.GetInt64(2)), cancel, new NpgsqlParameter { Value = person });

    /// <summary>The newest first.</summary>
    public Task<List<PersonsGrab>> ListGrabsOf(long person, int limit, CancellationToken cancel) => db.Query(
        """
        select g.ordinal, g.claim, g.person, g.amount_minor, g.grabbed_at, g.packet, p.title, p.currency
        from red_packets.grabs g join red_packets.packets p on p.id = g.packet
        where g.person = $1 order by g.claim desc limit $2
        """,
        row => new PersonsGrab(row.GetInt64(5), row.GetString(6), row.GetString(7), ReadGrab(row)), cancel,
        new NpgsqlParameter { Value = person }, new NpgsqlParameter { Value = limit });

    /// <summary>How many grabs are written, by how many people, and what they come to.</summary>
    public async Task<(long Count, long People, long Minor)> SumGrabs(long packet, CancellationToken cancel) =>
        (await db.Query(
            """
            select count(*), count(distinct person), coalesce(sum(amount_minor), 0)::bigint
            from red_packets.grabs where packet = $1
            """,
            row => (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)), cancel,
            new NpgsqlParameter { Value = packet }))[0];

    /// <summary>Names nobody any more; the amounts stay.</summary>
    public static Task Forget(NpgsqlTransaction transaction, long person, CancellationToken cancel) => transaction.Execute(
        """
        with sent as (update red_packets.packets set title = '', owner = 0 where owner = $1 and state >= 2)
        update red_packets.grabs set person = 0 where person = $1
        """, cancel, new NpgsqlParameter { Value = person });

    private static Grab ReadGrab(NpgsqlDataReader row) => new(
        row.GetInt32(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetFieldValue<DateTimeOffset>(4));

    private static RedPacket Read(NpgsqlDataReader row) => new()
    {
        Id = row.GetInt64(0),
        Owner = row.ValueOrNull<long>(1),
        Title = row.GetString(2),
        Amount = new Money(row.GetInt64(4), row.GetString(3)),
        Parts = row.GetInt32(5),
        IsLucky = row.GetBoolean(6),
        OpensAt = row.GetFieldValue<DateTimeOffset>(7),
        ClosesAt = row.GetFieldValue<DateTimeOffset>(8),
        State = (PacketState)row.GetInt16(9),
        GoneAt = row.ValueOrNull<DateTimeOffset>(10),
        Granted = row.ValueOrNull<int>(11),
        RefundedMinor = row.ValueOrNull<long>(12),
        BestOrdinal = row.ValueOrNull<int>(13),
        EndedAt = row.ValueOrNull<DateTimeOffset>(14),
        ClosedEarlyAt = row.ValueOrNull<DateTimeOffset>(15),
    };
}

/// <summary>A part somebody has, with the packet it is of.</summary>
internal sealed record PersonsGrab(long Packet, string Title, string Currency, Grab Grab);

internal sealed record PacketParts(string Currency, long[] Split);
