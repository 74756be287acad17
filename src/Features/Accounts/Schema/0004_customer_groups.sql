-- Groups of customers. The code is for ever: other features name groups by it.
create table accounts.customer_groups (
  id      bigint primary key,
  code    text not null unique,
  name    text not null,
  version bigint not null default 1,               -- of the name; who is in it has none
  made_at timestamptz not null
);

create table accounts.group_members (
  group_id  bigint not null references accounts.customer_groups on delete cascade,
  person_id bigint not null references accounts.people on delete cascade,
  added_at  timestamptz not null,
  primary key (group_id, person_id)
);
create index on accounts.group_members (person_id);

-- One row, locked by whoever changes a group or who is in it: limits are counted under it, and processes look at its version
-- to see whether what they remember still holds.
create table accounts.group_state (
  is_only boolean primary key default true check (is_only),
  version bigint not null default 1
);
insert into accounts.group_state default values;
