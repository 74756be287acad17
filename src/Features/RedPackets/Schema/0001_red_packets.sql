-- Money in parts, split before anybody grabs: the claim's ordinal picks the part. Its pool has its id.
create table red_packets.packets (
  id             bigint      primary key,
  owner          bigint,                                    -- who paid; null: the house; 0: forgotten
  title          text        not null,
  currency       text        not null,
  amount_minor   bigint      not null,
  parts          int         not null check (parts > 0 and parts <= amount_minor),
  is_lucky       boolean     not null,
  split          bigint[]    not null check (cardinality(split) = parts),    -- each at least 1; together the amount
  opens_at       timestamptz not null,
  closes_at      timestamptz not null check (closes_at > opens_at),
  state          smallint    not null default 0,            -- 0 preparing, 1 paid and with its pool, 2 ended, 3 not covered
  gone_at        timestamptz,                               -- the last part was grabbed
  granted        int,                                       -- parts, at the end
  refunded_minor bigint,                                    -- what nobody grabbed
  best_ordinal   int,                                       -- the largest part, when all are gone
  ended_at       timestamptz,
  made_at        timestamptz not null,
  request_key    text        unique,                        -- of the sender's POST: a retry finds its packet
  check (state <> 2 or granted is not null and refunded_minor is not null)
);
create index on red_packets.packets (id) where state < 2;
create index packets_of_owner on red_packets.packets (owner, id desc);

-- Who got which part: written by the message of the claims, after the books.
create table red_packets.grabs (
  packet       bigint      not null references red_packets.packets (id),
  ordinal      int         not null,
  claim        bigint      not null,
  person       bigint      not null,                        -- 0: forgotten
  amount_minor bigint      not null check (amount_minor > 0),
  grabbed_at   timestamptz not null,
  primary key (packet, ordinal)
);
create unique index grabs_of_person on red_packets.grabs (packet, person) where person > 0;
create index grabs_by_person on red_packets.grabs (person, claim desc);
