-- What a checkout adds to an order: its adjustments, itself, where the goods go and who is written to. And what went back.
alter table orders.orders
  add column adjustments    jsonb  not null default '[]',   -- [{kind, title, amountMinor, reference}]
  add column checkout       bigint,                         -- placed it; one order at most
  add column ship_to        jsonb,
  add column email          text,
  add column address_key    text,                           -- keyed hash of ship_to
  add column refunded_minor bigint not null default 0,
  add constraint refunded_at_most_the_total check (refunded_minor between 0 and total_minor);
create unique index orders_of_checkout on orders.orders (checkout) where checkout is not null;

-- The key of the addresses' hashes: made here once, the same for every process.
create table orders.address_key (
  single boolean primary key default true check (single),
  key    bytea   not null
);
insert into orders.address_key (key)
select sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8'));
