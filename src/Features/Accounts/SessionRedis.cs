using System.Buffers.Binary;
using Doorbuster.Contracts.Accounts;
using Doorbuster.Platform;
using Doorbuster.Platform.Redis;
using StackExchange.Redis;

namespace Doorbuster.Accounts;

/// <summary>
/// Sessions in the durable Redis: key <c>s:</c> + id, value person · expiry · flags, or one byte when the session was ended.
/// The one byte stays until the session would have expired, and filling never overwrites (NX): a reader that saw the session
/// in PostgreSQL just before it was ended cannot bring it back.
/// </summary>
internal sealed class SessionRedis(GateRedis redis, TimeProvider clock)
{
    private const int ValueBytes = 8 + 4 + 1;
    private const int CommandsAtOnceMax = 1_000;

    private static readonly byte[] Ended = [0];
    /// <summary>False while calls would fail at once.</summary>
    public bool IsThere => !redis.IsAway;

    /// <summary>What Redis knows, in one round trip; nothing of anything when it is away.</summary>
    public async Task<Known[]> Find(SignedToken[] tokens)
    {
        var known = new Known[tokens.Length];
        if (!IsThere)
            return known;

        var keys = new RedisKey[tokens.Length];
        for (var i = 0; i < keys.Length; i++)
            keys[i] = KeyOf(tokens[i].Session);
        try
        {
            var values = await redis.Call(db => db.StringGetAsync(keys));
            for (var i = 0; i < known.Length; i++)
                known[i] = Parse(tokens[i], values[i]);
        }
        catch (StoreAwayException)
        {
            // Then nothing is known here, and PostgreSQL is asked.
        }
        return known;
    }

    /// <summary>Best effort: PostgreSQL knows them anyway.</summary>
    public async Task Fill(IReadOnlyList<Session> sessions)
    {
        var now = clock.GetUtcNow();
        foreach (var some in sessions.Chunk(CommandsAtOnceMax))
        {
            if (!IsThere)
                return;
            try
            {
                await redis.Call(db => Task.WhenAll(some.Where(s => s.ExpiresAt > now).Select(session =>
                    db.StringSetAsync(KeyOf(session.Id), Format(session), session.ExpiresAt - now, When.NotExists))));
            }
            catch (StoreAwayException)
            {
                return;
            }
        }
    }

    /// <summary>False when Redis could not be told; it is told later by CleanSessions.</summary>
    public async Task<bool> End(IReadOnlyList<EndedSession> sessions)
    {
        var now = clock.GetUtcNow();
        try
        {
            foreach (var some in sessions.Chunk(CommandsAtOnceMax))
                await redis.Call(db => Task.WhenAll(some.Where(s => s.ExpiresAt > now).Select(session =>
                    db.StringSetAsync(KeyOf(session.Id), Ended, session.ExpiresAt - now))));
            return true;
        }
        catch (StoreAwayException)
        {
            return false;
        }
    }

    private static byte[] Format(Session session)
    {
        var value = new byte[ValueBytes];
        BinaryPrimitives.WriteInt64BigEndian(value, session.Person);
        BinaryPrimitives.WriteUInt32BigEndian(value.AsSpan(8), checked((uint)session.ExpiresAt.ToUnixTimeSeconds()));
        value[12] = session.IsAdmin ? (byte)1 : (byte)0;
        return value;
    }

    private static Known Parse(SignedToken token, RedisValue read)
    {
        if ((byte[]?)read is not { } value)
            return default;
        if (value.Length == Ended.Length)
            return new(true, null);
        if (value.Length != ValueBytes || BinaryPrimitives.ReadInt64BigEndian(value) != token.Person)
            return default;    // not ours: let PostgreSQL say
        var expiresAt = DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadUInt32BigEndian(value.AsSpan(8)));
        return new(true, new Session(token.Session, token.Person, value[12] == 1, expiresAt));
    }

    private static RedisKey KeyOf(long session)
    {
        var key = new byte[2 + 16];
        key[0] = (byte)'s';
        key[1] = (byte)':';
        session.TryFormat(key.AsSpan(2), out _, "x16");
        return key;
    }

    /// <summary>Default: Redis knows nothing. Otherwise the session, or null when it was ended.</summary>
    internal readonly record struct Known(bool IsKnown, Session? Session);
}
