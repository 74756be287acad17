-- What the members of a group of customers pay. Nobody has to touch a row for a list to begin or to end.
create table catalog.price_lists (
  id         bigint primary key,
  code       text not null unique,
  name       text not null,
  currency   text not null check (currency ~ '^[A-Z]{3}$'),
  group_code text not null,                        -- as accounts know it; nobody is in a group that is not there
  priority   integer not null,
  starts_at  timestamptz,                          -- null: ever since
  ends_at    timestamptz,                          -- null: until it is taken back
  is_active  boolean not null,
  version    bigint not null default 1,            -- counts changes of its prices too
  updated_at timestamptz not null,
  check (ends_at > starts_at)
);

create table catalog.list_prices (
  list_id     bigint not null references catalog.price_lists on delete cascade,
  variant_id  bigint not null references catalog.variants on delete cascade,
  price_minor bigint not null check (price_minor > 0),
  primary key (list_id, variant_id)
);
create index on catalog.list_prices (variant_id);
