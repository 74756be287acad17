-- What coupons of one kind do. Whether one is granted is decided by the template's pool, which has the template's id and
-- follows this row: a change is written here first (version + 1) and then carried to the pool (applied = version).
create table coupons.templates (
  id                bigint      primary key,
  handle            text        not null unique,              -- the operator's name for it; what people type for claim_by 1
  title             text        not null,
  claim_by          smallint    not null,                     -- 0 one click, 1 the handle as a code, 2 codes of their own
  percent_bp        int         check (percent_bp between 1 and 10000),
  amount_minor      bigint      check (amount_minor > 0),
  cap_minor         bigint      check (cap_minor > 0),        -- most that a percentage takes off
  currency          text        not null,
  minimum_minor     bigint      not null check (minimum_minor >= 0),
  scope             smallint    not null,                     -- 0 everything, 1 categories, 2 SKUs
  scope_values      text[]      not null,
  total             bigint      check (total > 0),            -- null: unlimited
  per_person        int         check (per_person > 0),       -- null: no limit
  is_stackable      boolean     not null,
  returns_on_refund boolean     not null,
  valid_s           bigint      check (valid_s > 0),          -- after claiming; null: until usable_until
  opens_at          timestamptz not null,                     -- of claiming
  closes_at         timestamptz check (closes_at > opens_at),
  usable_until      timestamptz,
  state             smallint    not null default 0,           -- 0 open, 1 paused, 2 closed
  version           int         not null default 1,
  applied           int         not null default 0 check (applied <= version),    -- 0: there is no pool yet
  made_at           timestamptz not null,
  request_key       text        unique,                       -- of the person's POST: a retry finds its template
  check ((percent_bp is null) <> (amount_minor is null)),
  check (cap_minor is null or percent_bp is not null)
);
create index on coupons.templates (id) where applied < version;

-- Every version a template ever had: who changed what, and what to go back to when the pool refuses a change.
create table coupons.changes (
  template     bigint      not null references coupons.templates (id),
  version      int         not null,
  title        text        not null,
  total        bigint,
  opens_at     timestamptz not null,
  closes_at    timestamptz,
  usable_until timestamptz,
  state        smallint    not null,
  changed_at   timestamptz not null,
  changed_by   text        not null,
  primary key (template, version)
);

-- One claim each, under the claim's id. Reserved by a checkout, bound to its order, used when that is paid; free again by
-- release, by the reservation's end, or when the order ends: then checkout is empty, so a second return finds nothing.
create table coupons.coupons (
  id             bigint      primary key,
  template       bigint      not null references coupons.templates (id),
  person         bigint      not null,                        -- 0: forgotten
  claimed_at     timestamptz not null,
  expires_at     timestamptz,
  state          smallint    not null default 0,              -- 0 free, 1 reserved, 2 bound to an order, 3 used
  checkout       bigint,
  reserved_until timestamptz,
  order_id       bigint,
  used_at        timestamptz,
  ended_checkout bigint,                                      -- the last one whose order ended: it cannot reserve again
  check ((state = 0) = (checkout is null))
) with (fillfactor = 90);
create index coupons_of_person on coupons.coupons (person, id desc);
create index coupons_of_checkout on coupons.coupons (checkout) where checkout is not null;
create index coupons_of_template on coupons.coupons (template);

-- Codes that give one coupon each. The first person to enter one has it; the claim under the code's key makes it one coupon.
create table coupons.codes (
  code     text        primary key,
  template bigint      not null references coupons.templates (id),
  number   bigint      generated always as identity,
  person   bigint,
  attempts int         not null default 0,
  taken_at timestamptz
);
create index on coupons.codes (template, number);
create index on coupons.codes (person) where person is not null;
