-- A pool is a number of units of something. The row is locked by every batch of claims, so it is small and its page has room
-- for the versions that follow (HOT updates).
create table claims.pools (
  id         bigint      primary key,
  kind       text        not null,
  total      bigint      check (total >= 0),                    -- units; null: unlimited
  per_person int         check (per_person > 0),                -- null: no limit
  hold       interval    check (hold > interval '0'),           -- null: claims are kept at once
  opens_at   timestamptz not null default '-infinity',
  closes_at  timestamptz not null default 'infinity',
  state      smallint    not null default 0,                    -- 0 open, 1 paused, 2 closed
  epoch      int         not null default 0,                    -- of the gate's keys; 0: no gate was built yet
  taken      bigint      not null default 0 check (taken >= 0), -- units held or kept
  granted    bigint      not null default 0,                    -- units ever granted; the last ordinal
  made_at    timestamptz not null default now(),
  check (taken <= total)
) with (fillfactor = 10);

create table claims.claims (
  id          bigint      primary key,
  pool        bigint      not null,
  person      bigint      not null,
  request_key uuid        not null,
  quantity    int         not null check (quantity > 0),
  state       smallint    not null,                             -- 0 held, 1 kept, 2 released
  ordinal     bigint      not null,
  deadline    timestamptz,
  made_at     timestamptz not null,
  ended_at    timestamptz
) with (fillfactor = 90);

-- One index for three questions: was this key seen, what has this person here, what has this pool.
create unique index claims_by_person on claims.claims (pool, person, request_key);
create index claims_due on claims.claims (deadline) where state = 0;

-- Bursts of a hundred thousand rows: let vacuum and statistics come by share, not only at the end.
alter table claims.claims set (autovacuum_vacuum_insert_scale_factor = 0.2, autovacuum_analyze_scale_factor = 0.1);
