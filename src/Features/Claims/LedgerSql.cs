namespace Doorbuster.Claims;

/// <summary>The ledger's statements that carry the promises.</summary>
internal static class LedgerSql
{
    // A statement's snapshot is older than a lock it waits for. With two writers on one pool, "lock and count" in one statement
    // would count with old eyes; so the lock is a statement of its own, in the same round trip.
    // In the order of their ids, so that two who lock several never wait for each other.
    public const string LockPools = "select from claims.pools where id = any($1) order by id for update";

    // $1 pools, $2 epochs, $3 ids, $4 people, $5 keys, $6 quantities, $7 traces: an element for each request. One row for each,
    // in order.
    // The pools' rows are locked, and a batch has one request a person and pool: so neither limit nor total needs more than this
    // snapshot. Each look-up stands once and is materialized: flattened, the planner ran them twice, at twice the cost of the
    // statement. A refused request in the middle does not take part in the running sum; what fits is a prefix of the rest, so
    // ordinals have no gaps.
    public const string Enter = """
        with pool as materialized (
          select id, kind, total - taken as free, granted, per_person, hold, epoch,
            case when state = 1 then 8
                 when state = 2 or now() >= closes_at then 7
                 when now() < opens_at then 6 end as refusal
          from claims.pools where id = any($1)),
        asked as materialized (
          select a.n, a.pool, a.id, a.person, a.key, a.quantity, a.trace, p.kind, p.free, p.granted, p.per_person, p.hold,
            case when p.epoch <> a.epoch then 9 else p.refusal end as refusal,
            (select k.id from claims.claims k
             where k.pool = a.pool and k.person = a.person and k.request_key = a.key) as known,
            case when p.per_person is not null then (
              select sum(c.quantity) from claims.claims c
              where c.pool = a.pool and c.person = a.person and c.state < 2) end as used
          from unnest($1::bigint[], $2::int[], $3::bigint[], $4::bigint[], $5::uuid[], $6::int[], $7::text[]) with ordinality
            as a(pool, epoch, id, person, key, quantity, trace, n)
          join pool p on p.id = a.pool),
        judged as materialized (
          select *,
            case when known is not null then 1
                 when quantity = 0 then 3
                 when refusal is not null then refusal
                 when quantity + coalesce(used, 0) > per_person then 5
                 else 0 end as verdict
          from asked),
        fitted as materialized (
          select n, pool, kind, id, person, key, quantity, trace, known, granted, hold, running,
            case when verdict = 0 and running > free then 4 else verdict end as verdict
          from (
            select *, sum(quantity) filter (where verdict = 0) over (partition by pool order by n) as running from judged) j),
        made as (
          insert into claims.claims (id, pool, person, request_key, quantity, state, ordinal, deadline, made_at)
          select id, pool, person, key, quantity, case when hold is null then 1 else 0 end, granted + running, now() + hold, now()
          from fitted where verdict = 0
          returning 1),
        counted as (
          update claims.pools p set taken = p.taken + m.units, granted = p.granted + m.units
          from (select pool, sum(quantity) as units from fitted where verdict = 0 group by pool) m
          where p.id = m.pool),
        said as (
          insert into messaging.outbox (type, body)
          select 'ClaimsMade', json_build_object(
            'pool', pool, 'kind', min(kind), 'kept', bool_or(hold is null), 'madeAt', now(), 'deadline', now() + min(hold),
            'ids', array_agg(id), 'people', array_agg(person), 'quantities', array_agg(quantity),
            'ordinals', array_agg(granted + running),
            'traces', json_object_agg(id, trace) filter (where trace is not null))
          from fitted where verdict = 0 group by pool)
        select f.verdict, coalesce(k.id, f.id), coalesce(k.quantity, f.quantity),
          coalesce(k.state, case when f.hold is null then 1 else 0 end)::smallint, coalesce(k.ordinal, f.granted + f.running),
          case when k.id is null then now() + f.hold else k.deadline end, coalesce(k.made_at, now())
        from fitted f left join claims.claims k on k.id = f.known
        order by f.n
        """;

    public const string Notify = "select messaging.wake()";

    // The pool is locked first, as everybody who takes or returns units does.
    public const string ReleaseDueOfPool = """
        with due as (
          select id from claims.claims where pool = $1 and state = 0 and deadline < now()
          order by deadline limit $2 for update skip locked),
        ended as (
          update claims.claims c set state = 2, ended_at = now() from due where c.id = due.id
          returning c.id, c.person, c.quantity, c.made_at),
        counted as (
          update claims.pools p set taken = p.taken - e.units from (select sum(quantity) as units from ended) e
          where p.id = $1 and e.units > 0),
        said as (
          insert into messaging.outbox (type, body)
          select 'ClaimsReleased', json_build_object(
            'pool', $1, 'kind', (select kind from claims.pools where id = $1), 'releasedAt', now(), 'expired', true,
            'ids', array_agg(id), 'people', array_agg(person), 'quantities', array_agg(quantity), 'madeAt', array_agg(made_at))
          from ended having count(*) > 0)
        select count(*)::int from ended
        """;

    // Compare-and-set: of keep, release and expiry exactly one finds the claim held. $2: 1 takes a kept one back too.
    public const string Release = """
        with ended as (
          update claims.claims set state = 2, ended_at = now() where id = $1 and state <= $2
          returning id, pool, person, quantity, made_at),
        counted as (
          update claims.pools p set taken = p.taken - e.quantity from ended e where p.id = e.pool),
        said as (
          insert into messaging.outbox (type, body)
          select 'ClaimsReleased', json_build_object(
            'pool', e.pool, 'kind', p.kind, 'releasedAt', now(), 'expired', false, 'ids', array[e.id],
            'people', array[e.person], 'quantities', array[e.quantity], 'madeAt', array[e.made_at])
          from ended e join claims.pools p on p.id = e.pool)
        select count(*)::int from ended
        """;

    // $1 claims. How many are not held and cannot be kept: above 0 the caller rolls back. Locked in one order, so that two
    // orders with the same claims cannot wait for each other.
    public const string Keep = """
        with held as (
          select id, state from claims.claims where id = any($1) order by id for update),
        kept as (
          update claims.claims c set state = 1, ended_at = now() from held h where c.id = h.id and h.state = 0 returning c.id)
        select cardinality($1) - (select count(*) from kept)::int
        """;

    // $2 and $3: the ids and quantities that the gate's log files.
    public const string Count = $"""
        select {InFlight}, {Returning}, 0::bigint, 0::bigint, 0::bigint, 0::bigint
        """;

    public const string CountFully = $"""
        with people as (
          select person, sum(quantity) filter (where state = 1) as kept, sum(quantity) filter (where state = 0) as held,
            count(*) - count(distinct request_key) as doubled
          from claims.claims where pool = $1 group by person)
        select {InFlight}, {Returning}, coalesce(sum(kept), 0)::bigint, coalesce(sum(held), 0)::bigint,
          count(*) filter (where coalesce(kept, 0) + coalesce(held, 0) > (select per_person from claims.pools where id = $1)),
          coalesce(sum(doubled), 0)::bigint
        from people
        """;

    public const string InFlight = """
        (select coalesce(sum(f.quantity), 0) from unnest($2::bigint[], $3::int[]) as f(id, quantity)
         where not exists (select from claims.claims c where c.id = f.id))
        """;

    public const string Returning = """
        (select coalesce(sum(q::bigint), 0)::bigint
         from messaging.outbox o, json_array_elements_text(o.body -> 'quantities') q
         where o.type = 'ClaimsReleased' and (o.body ->> 'pool')::bigint = $1)
        """;

    public const string PoolColumns = "id, kind, total, per_person, hold, opens_at, closes_at, state, epoch, taken, granted, gate_dropped_at";
    public const string ClaimColumns = "id, pool, person, quantity, state, ordinal, deadline, made_at";
}
