-- What happened, once per key. Never changed.
create table books.entries (
  id        bigint      generated always as identity primary key,
  key       text        collate "C" not null unique check (length(key) between 1 and 200),
  content   bytea       not null,    -- hash of reason and postings: the same key with another content is refused
  reason    text        not null,
  at        timestamptz not null,
  booked_at timestamptz not null default now()
);

-- What each entry did to its accounts. The index is the list of an account's movements.
create table books.postings (
  id        bigint      generated always as identity,
  entry     bigint      not null,
  account   text        collate "C" not null,
  unit      text        collate "C" not null,
  amount    bigint      not null check (amount <> 0),
  balance   bigint      not null,    -- of the account after it
  primary key (account, unit, id)
);

create table books.accounts (
  account   text        collate "C" not null,
  unit      text        collate "C" not null,
  balance   bigint      not null,
  primary key (account, unit),
  -- The house owes what it gave; nobody else can.
  constraint never_below_zero check (balance >= 0 or account like 'house:%')
) with (fillfactor = 70);

-- An entry is inserted whole, so it can be added up per statement: one pass, where a deferred trigger would run for each
-- of hundreds of rows at commit.
create function books.sum_to_zero() returns trigger language plpgsql as $$
begin
  if exists (select from added group by entry, unit having sum(amount) <> 0) then
    raise exception 'an entry does not sum to zero'
      using errcode = 'check_violation', constraint = 'entries_sum_to_zero', schema = 'books', table = 'postings';
  end if;
  return null;
end $$;
create trigger entries_sum_to_zero after insert on books.postings
  referencing new table as added for each statement execute function books.sum_to_zero();

create function books.never_changed() returns trigger language plpgsql as $$
begin
  raise exception 'what is booked is never changed: book the opposite' using errcode = 'check_violation';
end $$;
create trigger entries_never_changed before update or delete or truncate on books.entries
  for each statement execute function books.never_changed();
create trigger postings_never_changed before update or delete or truncate on books.postings
  for each statement execute function books.never_changed();
