using Doorbuster.Platform.Redis;

namespace Doorbuster.Claims;

/// <summary>
/// The gate's steps in Lua. Keys of one pool and epoch: [1] state (left, limit, version), [2] people (person → their records),
/// [3] log (a stream of what was taken and not yet answered by the ledger).
/// A record is 26 bytes: key (16), claim id (8), quantity (2, big-endian; 0 when released). A person's value is their records in a
/// row, so a batch needs one HMGET and one HSET for all its people.
/// </summary>
internal static class GateScripts
{
    // ARGV: [1] people and records, 34 bytes each; [2…] settled log entries.
    // Checking and taking are one step: were they two, the last unit would sell twice. The log entry is written in the same
    // step, so a crash after it leaves the units findable.
    public static readonly RedisScript Take = new("""
        local state = redis.call('HMGET', KEYS[1], 'left', 'limit', 'version')
        if not state[3] then return false end
        if #ARGV > 1 then redis.call('XDEL', KEYS[3], unpack(ARGV, 2)) end
        local asked, sub, byte = ARGV[1], string.sub, string.byte
        local left, limit, version = tonumber(state[1]), tonumber(state[2]), state[3]
        local before, people, records = left, {}, {}
        for at = 1, #asked, 34 do
          people[#people + 1] = sub(asked, at, at + 7)
          records[#records + 1] = sub(asked, at + 8, at + 33)
        end
        if #people == 0 then return {left or '', version, '', ''} end
        local known = redis.call('HMGET', KEYS[2], unpack(people))
        local answers, set, taken = {}, {}, {}
        for n = 1, #people do
          local record, earlier = records[n], known[n]
          local high, low = byte(record, 25, 26)
          local quantity, used, found = high * 256 + low, 0, nil
          if earlier then
            local key = sub(record, 1, 16)
            for at = 1, #earlier, 26 do
              local h, l = byte(earlier, at + 24, at + 25)
              if sub(earlier, at, at + 15) == key then found, used = at, h * 256 + l break end
              used = used + h * 256 + l
            end
          end
          if found then
            local verdict = 'k'
            if used == 0 then verdict = 'x' elseif used ~= quantity then verdict = 'd' end
            answers[n] = verdict .. sub(earlier, found + 16, found + 23)
          elseif limit and used + quantity > limit then answers[n] = 'l'
          elseif left and left < quantity then answers[n] = 's'
          else
            if left then left = left - quantity end
            set[#set + 1] = people[n]
            set[#set + 1] = earlier and earlier .. record or record
            taken[#taken + 1] = people[n]
            taken[#taken + 1] = record
            answers[n] = 't'
          end
        end
        local entry = ''
        if #taken > 0 then
          redis.call('HSET', KEYS[2], unpack(set))
          entry = redis.call('XADD', KEYS[3], '*', 'b', table.concat(taken))
          if left then
            redis.call('HSET', KEYS[1], 'left', string.format('%.0f', left))
            if left == 0 and before > 0 then
              version = redis.call('HINCRBY', KEYS[1], 'version', 1)
              redis.call('PUBLISH', 'claims:gate', KEYS[1] .. ' ' .. version .. ' 0')
            end
          end
        end
        return {left and string.format('%.0f', left) or '', version, entry, table.concat(answers)}
        """);

    // ARGV: [1] people, ids and modes, 17 bytes each ('f' forget, 'r' released); [2…] settled log entries.
    // A record gives its units back once: it is cut out or set to 0 in the same step.
    public static readonly RedisScript Return = new("""
        local state = redis.call('HMGET', KEYS[1], 'left', 'version')
        if not state[2] then return false end
        if #ARGV > 1 then redis.call('XDEL', KEYS[3], unpack(ARGV, 2)) end
        local asked, sub, byte = ARGV[1], string.sub, string.byte
        local left = tonumber(state[1])
        local before = left
        for at = 1, #asked, 17 do
          local person, id, mode = sub(asked, at, at + 7), sub(asked, at + 8, at + 15), sub(asked, at + 16, at + 16)
          local records = redis.call('HGET', KEYS[2], person) or ''
          for r = 1, #records, 26 do
            if sub(records, r + 16, r + 23) == id then
              local high, low = byte(records, r + 24, r + 25)
              local quantity = high * 256 + low
              if mode == 'f' then records = sub(records, 1, r - 1) .. sub(records, r + 26)
              elseif quantity > 0 then records = sub(records, 1, r + 23) .. '\0\0' .. sub(records, r + 26) end
              if records == '' then redis.call('HDEL', KEYS[2], person) else redis.call('HSET', KEYS[2], person, records) end
              if left then left = left + quantity end
              break
            end
          end
        end
        if left and left ~= before then
          redis.call('HSET', KEYS[1], 'left', string.format('%.0f', left))
          if before == 0 then
            local version = redis.call('HINCRBY', KEYS[1], 'version', 1)
            redis.call('PUBLISH', 'claims:gate', KEYS[1] .. ' ' .. version .. ' ' .. string.format('%.0f', left))
          end
        end
        return 1
        """);

    public static readonly RedisScript Read = new("""
        local state = redis.call('HMGET', KEYS[1], 'left', 'version')
        if not state[2] then return false end
        return {state[1] or '', state[2], redis.call('XRANGE', KEYS[3], '-', '+')}
        """);
}
