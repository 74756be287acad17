-- A variant's own price is its list price. A timed price takes its place from starts_at until before ends_at; of several at
-- once the lowest counts. Nobody has to touch a row for a price to begin or to end.
create table catalog.timed_prices (
  id          bigint primary key,
  variant_id  bigint not null references catalog.variants,
  price_minor bigint not null check (price_minor > 0),
  currency    text not null,                       -- the variant's when it was set; in another the price does not count
  starts_at   timestamptz,                         -- null: ever since
  ends_at     timestamptz,                         -- null: until it is taken back
  check (ends_at > starts_at),
  unique nulls not distinct (variant_id, starts_at)
);

alter table catalog.variants add column tax_class text not null default 'standard';

create table catalog.tax_rules (
  id         bigint primary key,
  country    text not null check (country ~ '^[A-Z]{2}$'),
  region     text not null,                        -- empty: the whole country
  tax_class  text not null,
  title      text not null,
  rate_bp    integer not null check (rate_bp between 0 and 10000),    -- hundredths of a percent
  version    bigint not null default 1,
  updated_at timestamptz not null default now(),
  unique (country, region, tax_class)
);

-- One row: what holds for the whole shop.
create table catalog.settings (
  is_only            boolean primary key default true check (is_only),
  prices_include_tax boolean not null default true,
  version            bigint not null default 1
);
insert into catalog.settings default values;
