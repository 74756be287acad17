-- Money goes back whole or in parts. A part is promised before the provider is asked, so that two at once never promise
-- more than was captured.
alter table payments.payments
  add column promised_minor bigint not null default 0,    -- what went back, and what is on its way
  add column refunded_minor bigint not null default 0;    -- what went back
update payments.payments
set promised_minor = amount_minor, refunded_minor = case when state = 5 then amount_minor else 0 end
where state in (4, 5);
alter table payments.payments add constraint refunded_within_captured check (
  0 <= refunded_minor and refunded_minor <= promised_minor and promised_minor <= amount_minor
  and (promised_minor = 0 or captured_at is not null));
create index payments_captured on payments.payments (captured_at) where captured_at is not null;
create index payments_of_person on payments.payments (person, id);

create table payments.refunds (
  payment         bigint      not null references payments.payments,
  name            text        not null check (length(name) between 1 and 100),
  amount_minor    bigint      not null check (amount_minor >= 0),
  reason          text        not null,
  provider_refund text        unique,     -- the provider's name for it, once it is done
  asked_at        timestamptz not null,
  done_at         timestamptz,            -- null: on its way
  primary key (payment, name)
);
create index refunds_done on payments.refunds (done_at) where done_at is not null;
insert into payments.refunds (payment, name, amount_minor, reason, asked_at, done_at)
select id, 'whole', amount_minor, coalesce(reason, 'unknown'), coalesce(refunded_at, captured_at, made_at), refunded_at
from payments.payments where state in (4, 5);

-- Captures and refunds that are not in the books yet; in them a moment later, and then no more here.
create table payments.unbooked (
  id           bigint      generated always as identity primary key,
  payment      bigint      not null,
  refund       text,                      -- null: the capture
  amount_minor bigint      not null,
  currency     text        not null,
  at           timestamptz not null
);
insert into payments.unbooked (payment, amount_minor, currency, at)
select id, amount_minor, currency, captured_at from payments.payments where captured_at is not null;
insert into payments.unbooked (payment, refund, amount_minor, currency, at)
select r.payment, r.name, r.amount_minor, p.currency, r.done_at
from payments.refunds r join payments.payments p on p.id = r.payment where r.done_at is not null;

-- The provider's own books again: its list of what moved, and what its tests and pages need.
alter table payments.sandbox_charges
  add column reorders   boolean not null default false,
  add column return_url text;
alter table payments.sandbox_refunds add column reference text;    -- what the shop calls it; null: made by hand
create table payments.sandbox_transactions (
  id           bigint      generated always as identity primary key,
  charge       text        not null references payments.sandbox_charges,
  refund       text        unique references payments.sandbox_refunds,    -- null: the capture
  amount_minor bigint      not null,
  at           timestamptz not null
);
create index on payments.sandbox_transactions (at, id);
insert into payments.sandbox_transactions (charge, amount_minor, at)
select id, amount_minor, made_at from payments.sandbox_charges where state = 1;
insert into payments.sandbox_transactions (charge, refund, amount_minor, at)
select charge, id, amount_minor, made_at from payments.sandbox_refunds;
