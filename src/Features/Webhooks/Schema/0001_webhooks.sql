-- Where merchants want to be told. The secret is kept as it is: signing needs it.
create table webhooks.endpoints (
  id               bigint      primary key,
  url              text        not null,
  description      text        not null,
  events           text[]      not null,
  secret           text        not null,
  old_secret       text,                          -- also signs, until the change is over
  old_secret_until timestamptz,
  enabled          boolean     not null,
  disabled_because text,                          -- by_admin, failing, gone; null while it is enabled
  failing_since    timestamptz,                   -- the first failure since the last success
  version          int         not null default 1,
  made_at          timestamptz not null
);

-- What happened, as it is told: the very characters that are signed.
create table webhooks.messages (
  id      bigint      primary key,                -- webhook-id, the same at every attempt and every endpoint
  type    text        not null,
  body    text        not null,
  made_at timestamptz not null
);
create index on webhooks.messages (made_at);

create table webhooks.deliveries (
  id       bigint      generated always as identity primary key,
  endpoint bigint      not null references webhooks.endpoints on delete cascade,
  message  bigint      not null references webhooks.messages on delete cascade,
  state    smallint    not null default 0,        -- 0 waiting, 1 delivered, 2 given up
  attempts int         not null default 0,
  due_at   timestamptz,                           -- null: delivered, or given up
  made_at  timestamptz not null,
  ended_at timestamptz,
  unique (endpoint, message),
  check ((state = 0) = (due_at is not null))
);
create index deliveries_due on webhooks.deliveries (endpoint, due_at) where due_at is not null;
create index deliveries_of_endpoint on webhooks.deliveries (endpoint, id desc);
create index deliveries_of_message on webhooks.deliveries (message);

create table webhooks.attempts (
  delivery bigint      not null references webhooks.deliveries on delete cascade,
  id       bigint      generated always as identity,
  at       timestamptz not null,
  took_ms  int         not null,
  status   int,                                   -- null: no answer
  answer   text        not null,                  -- how its body begins, or why there was none
  primary key (delivery, id)
);
