-- A cart is read and written whole: one row a person, none until the first item.
create table carts.carts (
  person      bigint      primary key,          -- a guest's id is a person's too
  is_guest    boolean     not null,
  version     bigint      not null,             -- begins at the clock's milliseconds, so a cart made anew never repeats one
  lines       jsonb       not null,             -- [{sku, quantity, priceMinor, currency}]
  recent      jsonb       not null,             -- the last additions' keys, so that a retry adds once: [{key, asked}]
  changed_at  timestamptz not null
);

-- A checkout: what somebody wants, what it was quoted at, and how far the making of its order has come.
create table carts.checkouts (
  id           bigint      primary key,
  person       bigint      not null,
  is_guest     boolean     not null,
  state        smallint    not null,            -- open, placing, ordered, paid, cancelled, undoing
  version      int         not null,
  attempt      int         not null default 0,  -- one more each time its order is begun; part of the books' keys
  lease_until  timestamptz,                     -- while placing or undoing: whoever began it is at it until then
  spent        boolean     not null default false,   -- while undoing: points and wallet were taken
  cart_version bigint,                          -- the cart it is made of; null for "buy now"
  request_key  text        not null,
  asked        text        not null,            -- what the request under that key was, hashed
  wish         jsonb       not null,
  quote        jsonb       not null,
  currency     text        not null,
  total_minor  bigint      not null check (total_minor >= 0),
  order_id     bigint,
  replaced     bigint[]    not null default '{}',
  expires_at   timestamptz not null,            -- of the quote
  made_at      timestamptz not null,
  changed_at   timestamptz not null
) with (fillfactor = 80);                       -- every checkout is updated twice or more, and its indexes need not know

create unique index checkouts_of_request on carts.checkouts (person, request_key);

-- One cart makes one order: of two tabs that order the same cart, one wins.
create unique index checkouts_of_cart on carts.checkouts (person, cart_version)
  where cart_version is not null and state in (1, 2, 3, 5);
create index checkouts_placing on carts.checkouts (lease_until) where state in (1, 5);

create table carts.shipping_rates (
  method           text    not null,            -- standard, express, …
  country          text    not null,            -- ISO 3166-1 alpha-2; ZZ: wherever the method has no rate of its own
  currency         text    not null,
  title            text    not null,
  price_minor      bigint  not null check (price_minor >= 0),
  free_from_minor  bigint  check (free_from_minor >= 0),    -- of the goods after discounts; null: never free
  version          int     not null default 1,
  primary key (method, country, currency)
);
