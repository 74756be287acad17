-- What was sold, seen from other sides than its buyer: added up from OrdersMoved, rebuilt by one command.
-- Rows that everybody counts in are split into slots, so that messages handled at once need not wait for each other.
create table orders.by_product (
  sku             text   not null,
  currency        text   not null,
  slot            int    not null,
  title           text   not null,
  ordered_units   bigint not null default 0,
  paid_units      bigint not null default 0,
  paid_minor      bigint not null default 0,   -- at the lines' prices, before adjustments
  cancelled_units bigint not null default 0,
  refunded_units  bigint not null default 0,   -- of orders that were refunded whole
  primary key (sku, currency, slot)
);
create table orders.by_day (
  day             date   not null,             -- UTC
  currency        text   not null,
  slot            int    not null,
  placed          bigint not null default 0,
  placed_minor    bigint not null default 0,
  paid            bigint not null default 0,
  paid_minor      bigint not null default 0,
  cancelled       bigint not null default 0,
  refunded        bigint not null default 0,
  refunded_minor  bigint not null default 0,   -- parts too
  primary key (day, currency, slot)
);
create table orders.customers (
  person          bigint      not null,
  currency        text        not null,
  orders          bigint      not null default 0,   -- paid ones
  spent_minor     bigint      not null default 0,
  refunded_minor  bigint      not null default 0,
  last_seen       timestamptz not null,             -- when they last paid or had money back
  primary key (person, currency)
);
