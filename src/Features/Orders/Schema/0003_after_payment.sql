-- What happens to an order after it is paid: shipment, and money that goes back.
alter table orders.orders
  add column shipment           jsonb,                       -- {carrier, trackingNumber, trackingUrl}
  add column refund_asked_minor bigint not null default 0,   -- of all refunds; refunded_minor of those that are through
  add constraint refunds_at_most_the_total check (refund_asked_minor between refunded_minor and total_minor);

-- One row per refund, under the name by which payments know it.
create table orders.refunds (
  order_id     bigint      not null,
  name         text        not null,           -- whole, part-1, part-2, … or the provider's own
  key          text,                           -- the idempotency key of whoever asked
  amount_minor bigint      not null check (amount_minor > 0),
  reason       text        not null,
  asked_at     timestamptz not null,
  refunded_at  timestamptz,                    -- null: on its way
  primary key (order_id, name)
);
create unique index refunds_by_key on orders.refunds (order_id, key) where key is not null;

-- Which database has the orders of a bucket. Counts only in the main database; every process knows it by heart.
create table orders.buckets (
  bucket       int         primary key check (bucket between 0 and 1023),
  shard        int         not null default 0,
  version      int         not null default 0  -- one more per move
);
insert into orders.buckets (bucket) select generate_series(0, 1023);

-- In each database that has orders: the buckets that leave it, and those that are gone.
create table orders.buckets_away (
  bucket       int         primary key,
  is_gone      boolean     not null            -- false: still read here, no longer written
);

-- Which shard this database is, so that an exchanged address is noticed before anything is written.
create table orders.shard (
  single       boolean     primary key default true check (single),
  number       int         not null
);
