-- The answer to a request that carried an Idempotency-Key, filed in the transaction of the request's effect.
create table web.idempotency (
  person       bigint      not null,
  endpoint     text        not null,    -- method and route
  key          text        not null,
  fingerprint  bytea       not null,    -- of the address and the body: the same key with another content is refused
  status       int         not null,
  content_type text,
  location     text,
  body         bytea       not null,
  made_at      timestamptz not null default now(),
  primary key (person, endpoint, key)
);
create index on web.idempotency (made_at);
