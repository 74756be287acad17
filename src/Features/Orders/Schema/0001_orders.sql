-- One row per order, its lines folded in: an order is read whole, and nobody joins.
-- The birth of an order (placed_at) is part of its row; every later step is a row of history.
create table orders.orders (
  id           bigint      primary key,        -- the id of its (first) claim, so the shard follows from it
  person       bigint      not null,
  kind         text        not null,           -- of its pools: sale, stock
  state        smallint    not null,
  version      int         not null default 1, -- one more per step
  currency     text        not null,
  total_minor  bigint      not null check (total_minor >= 0),
  lines        jsonb       not null,           -- [{claim, pool, sku, title, quantity, priceMinor}]
  placed_at    timestamptz not null,
  pay_by       timestamptz,                    -- when its hold runs out
  changed_at   timestamptz not null,
  payment      bigint,                         -- the one payment that paid it
  request_key  text                            -- the buyer's idempotency key, where the buyer placed it himself
);
create index orders_of_person on orders.orders (person, id desc);
create unique index orders_of_request on orders.orders (person, request_key) where request_key is not null;

-- A step is filed under the version it made: no step can be there twice.
create table orders.history (
  order_id     bigint      not null,
  version      int         not null,
  from_state   smallint    not null,
  to_state     smallint    not null,
  reason       text        not null,
  at           timestamptz not null,
  primary key (order_id, version)
);

-- Which order a stock claim belongs to (a sale claim's order has the claim's id). A claim that was released before its order
-- was written is filed with no order: the order must then not be written on it.
create table orders.line_claims (
  claim        bigint      primary key,
  order_id     bigint,
  filed_at     timestamptz not null
);
create index line_claims_without_order on orders.line_claims (filed_at) where order_id is null;
