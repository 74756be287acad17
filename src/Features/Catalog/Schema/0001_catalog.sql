create table catalog.categories (
  id        bigint primary key,
  parent_id bigint references catalog.categories,
  slug      text not null unique,
  name      text not null
);

create table catalog.products (
  id           bigint primary key,
  sku          text not null unique,               -- of its leading variant
  title        text not null,
  description  text not null,
  category_id  bigint not null references catalog.categories,
  image        text not null,                      -- empty: none
  is_published boolean not null,
  version      bigint not null,                    -- counts changes, of its variants too: the ETag
  created_at   timestamptz not null,
  updated_at   timestamptz not null
);
create index on catalog.products (category_id, id) where is_published;

create table catalog.variants (
  id          bigint primary key,
  product_id  bigint not null references catalog.products,
  sku         text not null unique,
  options     jsonb not null,
  price_minor bigint not null check (price_minor > 0),
  currency    text not null check (currency ~ '^[A-Z]{3}$'),
  stock       bigint not null check (stock >= 0),  -- units ever put on sale
  stock_pool  bigint not null unique,
  pool_stock  bigint                               -- what the pool was last told; null: the pool is not made yet
);
create index on catalog.variants (product_id, id);
create index on catalog.variants (id) where pool_stock is distinct from stock;
