create table accounts.people (
  id            bigint primary key,
  email         text not null,                      -- as typed, for showing and writing to
  email_key     text not null unique,               -- lower case: one address, one account
  display_name  text not null,
  is_admin      boolean not null default false,
  password_hash text,                               -- null: cannot sign in with a password
  created_at    timestamptz not null
);

create table accounts.sessions (
  id         bigint primary key,
  person_id  bigint not null references accounts.people on delete cascade,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index on accounts.sessions (person_id, id);
create index on accounts.sessions (expires_at);

-- Sessions that ended while Redis still remembers them. A row leaves when Redis has heard of it.
create table accounts.endings (
  session_id bigint primary key,
  expires_at timestamptz not null
);

create table accounts.keys (
  id         smallint primary key check (id > 0),
  secret     bytea not null check (octet_length(secret) = 32),
  created_at timestamptz not null
);
