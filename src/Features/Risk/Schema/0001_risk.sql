create table risk.rules (
  id         bigint      primary key,
  name       text        not null unique,
  kind       text        not null check (kind in ('shared_address', 'speed', 'value', 'known_buyer')),
  outcome    text        not null check (outcome in ('mark', 'hold', 'pass')),
  threshold  bigint      not null check (threshold > 0),   -- people, orders, or minor units
  window_s   bigint      check (window_s > 0),             -- all but value
  currency   text,                                         -- value only
  is_enabled boolean     not null,
  version    int         not null default 1,
  changed_at timestamptz not null,
  changed_by text        not null,
  check ((kind = 'value') = (currency is not null) and (kind = 'value') = (window_s is null))
);

-- What the rules count: a row per order, however often its messages come.
create table risk.seen (
  order_id    bigint      primary key,
  person      bigint      not null,
  address_key text,
  placed_at   timestamptz not null,
  paid_at     timestamptz,
  is_over     boolean     not null default false   -- shipped, cleared for it, or ended: nothing to hold any more
);
create index seen_of_person on risk.seen (person, placed_at);
create index seen_at_address on risk.seen (address_key, placed_at) where address_key is not null;
create index seen_by_age on risk.seen (placed_at);

-- Orders that a rule found. State: 0 passed, 1 marked, 2 held, 3 released, 4 cancelled, 5 closed.
create table risk.cases (
  order_id    bigint      primary key,
  person      bigint,                              -- null: erased
  kind        text        not null,
  currency    text        not null,
  total_minor bigint      not null,
  placed_at   timestamptz not null,
  state       smallint    not null,
  reasons     jsonb       not null,                -- [{rule, name, kind, outcome, value, threshold}]
  version     int         not null default 1,
  found_at    timestamptz not null,
  decided_at  timestamptz,
  decided_by  text,
  note        text
);
create index cases_by_state on risk.cases (state, order_id desc);
create index cases_of_person on risk.cases (person, order_id desc);
