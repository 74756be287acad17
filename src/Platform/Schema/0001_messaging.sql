-- One row per message that has not yet been handled by all its consumers.
-- Others may insert type, body and trace in a statement of their own, and then call messaging.wake().
create table messaging.outbox (
  id         bigint generated always as identity primary key,
  type       text        not null,
  body       json        not null,
  trace      text,                            -- W3C traceparent of what caused it
  made_at    timestamptz not null default now(),
  attempts   int         not null default 0,  -- counted when a dispatcher takes it: also what kills the process ends
  due_at     timestamptz not null default now(),
  consumer   text,                            -- a dead letter tried again: for this consumer alone
  retry_of   bigint                           -- … and filed in the inbox under the id it had first
) with (
  -- A queue is mostly dead rows: clean up by number, often, and without pauses.
  autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0,
  autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 50000
);
create index on messaging.outbox (due_at);

-- Compressing a body costs more than its short life on disk.
alter table messaging.outbox alter column body set storage external;

-- What a consumer has handled: filed in the transaction of its effect.
create table messaging.inbox (
  consumer   text        not null,
  message    bigint      not null,
  handled_at timestamptz not null default now(),
  primary key (consumer, message)
);
create index on messaging.inbox using brin (handled_at);

create table messaging.dead_letters (
  id         bigint      not null,            -- the message's first id
  consumer   text        not null,
  type       text        not null,
  body       json        not null,
  trace      text,
  error      text        not null,
  attempts   int         not null,
  made_at    timestamptz not null,
  died_at    timestamptz not null default now(),
  primary key (consumer, id)
);

-- Until when some dispatcher looks for messages every few milliseconds, so that it needs no waking.
create unlogged table messaging.dispatch (
  single     boolean     primary key default true check (single),
  busy_until timestamptz not null
);

-- Wakes a sleeping dispatcher when the transaction commits. Only a sleeping one: commits that carry a NOTIFY wait for each
-- other's flush to disk, one by one, which took two thirds of the commits per second away where it was measured.
create function messaging.wake() returns void language sql as $$
  select pg_notify('outbox', '')
  where not exists (select from messaging.dispatch where busy_until > clock_timestamp())
$$;
