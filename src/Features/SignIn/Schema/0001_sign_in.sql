-- One pool of claims for each date, whatever the zone: the ledger lets a person claim a date once.
create table sign_in.pools (
  day  date   primary key,
  pool bigint not null unique
);

create table sign_in.days (
  person      bigint      not null,
  day         date        not null,               -- as the person's calendar said
  claim       bigint      not null unique,
  streak      int         not null check (streak > 0),
  points      int         not null check (points >= 0),
  request_key text,                               -- of the request that made it; null while only its message came
  signed_at   timestamptz not null,
  expires_on  date        not null,               -- from this date of the shop's on, its points are no longer there
  is_settled  boolean     not null default false, -- their expiry was looked after
  primary key (person, day)
);
create unique index days_of_request on sign_in.days (person, request_key) where request_key is not null;
create index days_due on sign_in.days (expires_on, person) where not is_settled;

-- Which zone a person's dates are reckoned in, and which will follow at the end of the day.
create table sign_in.zones (
  person    bigint primary key,
  zone      text not null,                        -- IANA name; empty: the shop's
  next_zone text,
  next_from timestamptz,
  check ((next_zone is null) = (next_from is null))
);
