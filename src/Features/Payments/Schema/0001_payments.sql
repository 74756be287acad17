-- Our side: what we asked the provider for and what it told us.
create table payments.payments (
  id           bigint      primary key,
  order_id     bigint      not null,
  person       bigint      not null,
  amount_minor bigint      not null check (amount_minor >= 0),
  currency     text        not null,
  state        smallint    not null,
  request_key  text        not null,           -- the buyer's idempotency key
  charge       text,                           -- the provider's name for it, once we know it
  pay_url      text,
  reason       text,                           -- why it was sent back
  made_at      timestamptz not null,
  captured_at  timestamptz,
  refunded_at  timestamptz,
  unique (person, request_key)
);
create index payments_of_order on payments.payments (order_id);
create unique index one_open_payment_per_order on payments.payments (order_id) where state in (0, 1);

-- Events of the provider that had their effect here, so that each has it once.
create table payments.events (
  id          text        primary key,
  type        text        not null,
  received_at timestamptz not null
);

-- What all processes must agree on and nobody types in: secrets made on first use, and where the sandbox is reached.
create table payments.settings (
  name  text primary key,
  value text not null
);

-- From here on: the sandbox provider's own books. Our side never reads them.
create table payments.sandbox_charges (
  id              text        primary key,
  idempotency_key text        not null unique,
  amount_minor    bigint      not null check (amount_minor >= 0),
  currency        text        not null,
  reference       text        not null,
  order_id        text        not null,
  state           smallint    not null default 0,
  delay_ms        int         not null default 0,
  copies          int         not null default 1,
  declines        boolean     not null default false,
  made_at         timestamptz not null
);

create table payments.sandbox_refunds (
  id              text        primary key,
  idempotency_key text        not null unique,
  charge          text        not null references payments.sandbox_charges,
  amount_minor    bigint      not null check (amount_minor >= 0),
  made_at         timestamptz not null
);
create index on payments.sandbox_refunds (charge);

create table payments.sandbox_webhooks (
  id           text        primary key,
  body         text        not null,           -- the very characters that are signed
  copies       int         not null,
  due_at       timestamptz,                    -- null: delivered, or given up
  attempts     int         not null default 0,
  delivered_at timestamptz,
  last_answer  text
);
create index sandbox_webhooks_due on payments.sandbox_webhooks (due_at) where due_at is not null;
