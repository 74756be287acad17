-- One row per message that has not yet been handled by all its consumers.
create table messaging.outbox (
  id         bigint generated always as identity primary key,
  type       text        not null,
  body       json        not null,
  trace      text,                            -- W3C traceparent of what caused it
  made_at    timestamptz not null default now(),
  attempts   int         not null default 0,
  due_at     timestamptz not null default now()
);
create index on messaging.outbox (due_at);

-- What a consumer has handled: filed in the transaction of its effect.
create table messaging.inbox (
  consumer   text        not null,
  message    bigint      not null,
  handled_at timestamptz not null default now(),
  primary key (consumer, message)
);

create table messaging.dead_letters (
  id         bigint      not null,
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
