alter table accounts.people
  add column time_zone text,                        -- IANA name; null: the shop's
  add column version int not null default 1,        -- of the profile; one more per change
  add column erased_at timestamptz;                 -- asked to be forgotten: name, address and password are gone

create table accounts.addresses (
  id          bigint primary key,
  person_id   bigint not null references accounts.people on delete cascade,
  name        text not null,
  line1       text not null,
  line2       text,
  city        text not null,
  region      text,
  postal_code text not null,                        -- empty where a country has none
  country     text not null check (country ~ '^[A-Z]{2}$'),
  is_default  boolean not null default false,
  version     int not null default 1,
  made_at     timestamptz not null
);
create index on accounts.addresses (person_id, id);
-- However two changes race, one address of a person is the default.
create unique index addresses_default on accounts.addresses (person_id) where is_default;
