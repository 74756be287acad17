-- What is offered. Whether a claim is granted is decided by the sale's pool, which has the sale's id and follows this row:
-- a change is written here first (version + 1) and then carried to the pool (applied = version). What lies between the
-- two after a crash is finished by the next call or by the job.
create table flash_sales.sales (
  id               bigint primary key,
  sku              text        not null,
  title            text        not null,
  units            bigint      not null check (units > 0),
  limit_per_person int                  check (limit_per_person > 0),
  price_minor      bigint      not null check (price_minor > 0),
  currency         text        not null,
  hold_s           int         not null check (hold_s > 0),
  opens_at         timestamptz not null,
  closes_at        timestamptz          check (closes_at > opens_at),
  state            smallint    not null default 0,    -- 0 open, 1 paused, 2 closed
  version          int         not null default 1,
  applied          int         not null default 0 check (applied <= version),    -- 0: there is no pool yet
  made_at          timestamptz not null,
  request_key      text unique                        -- of the person's POST: a retry finds its sale
);
create index on flash_sales.sales (id) where applied < version;

-- Every version a sale ever had: who changed what, and what to go back to when the pool refuses a change.
create table flash_sales.changes (
  sale       bigint      not null references flash_sales.sales (id),
  version    int         not null,
  units      bigint      not null,
  opens_at   timestamptz not null,
  closes_at  timestamptz,
  state      smallint    not null,
  changed_at timestamptz not null,
  changed_by text        not null,
  primary key (sale, version)
);
