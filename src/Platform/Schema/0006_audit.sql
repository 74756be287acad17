create schema if not exists audit;

-- The end of the chain. Its lock is the turn of whoever appends.
create table audit.head (
  single boolean primary key default true check (single),
  seq    bigint  not null,
  hash   bytea   not null check (octet_length(hash) = 32)
);
insert into audit.head (seq, hash) values (0, decode(repeat('00', 32), 'hex'));

-- Who did what, filed in the transaction of the effect and sealed at its commit.
create table audit.entries (
  id       bigint generated always as identity primary key,
  seq      bigint      unique,                 -- 1, 2, 3, … without gaps; null only inside the transaction that files it
  at       timestamptz not null,
  actor    text        not null,               -- usr_… or local:name@machine
  source   text        not null check (source in ('http', 'command')),
  address  text,                               -- of the client, or of the machine
  request  text,                               -- the X-Request-Id, or the command
  action   text        not null,               -- sale.create
  subject  text        not null,               -- sal_…
  before   json,                               -- what is otherwise, in short; json keeps the text as it was hashed
  after    json,
  previous bytea,
  hash     bytea,
  check ((seq is null) = (hash is null) and (seq is null) = (previous is null))
);
create index on audit.entries (actor, seq);
create index on audit.entries (subject, seq);

-- A field with its length before it, so that no two contents are written alike.
create function audit.field(value text) returns text language sql immutable as $$
  select coalesce(octet_length(value) || ':' || value || ',', '-,')
$$;

-- What AuditChain.HashOf does in the program.
create function audit.hash_of(e audit.entries, seq bigint, previous bytea) returns bytea language sql stable as $$
  select sha256(previous || convert_to(
    audit.field(seq::text) || audit.field((extract(epoch from e.at) * 1000000)::bigint::text) || audit.field(e.actor)
    || audit.field(e.source) || audit.field(e.address) || audit.field(e.request) || audit.field(e.action)
    || audit.field(e.subject) || audit.field(e.before::text) || audit.field(e.after::text), 'UTF8'))
$$;

-- At the commit, when the transaction needs no other lock any more: so waiting for the turn cannot become a deadlock, and
-- the turn is as short as a commit.
create function audit.seal() returns trigger language plpgsql as $$
declare
  last audit.head;
  sealed bytea;
begin
  select * into last from audit.head for update;
  sealed := audit.hash_of(new, last.seq + 1, last.hash);
  update audit.entries set seq = last.seq + 1, previous = last.hash, hash = sealed where id = new.id;
  update audit.head set seq = last.seq + 1, hash = sealed;
  return null;
end
$$;
create constraint trigger seal after insert on audit.entries deferrable initially deferred
  for each row execute function audit.seal();

create function audit.refuse() returns trigger language plpgsql as $$
begin
  -- Sealing is the one change of a row; it leaves its content as it is.
  if tg_op = 'UPDATE' and tg_table_name = 'entries' then
    if old.hash is null and new.hash is not null
      and (new.id, new.at, new.actor, new.source, new.action, new.subject)
        = (old.id, old.at, old.actor, old.source, old.action, old.subject)
      and (new.address, new.request, new.before::text, new.after::text)
        is not distinct from (old.address, old.request, old.before::text, old.after::text) then
      return new;
    end if;
  elsif tg_op = 'INSERT' and new.seq is null then
    return new;
  end if;
  raise exception 'The audit log is append-only.' using errcode = 'insufficient_privilege';
end
$$;
create trigger refuse before insert or update or delete on audit.entries for each row execute function audit.refuse();
create trigger refuse_truncate before truncate on audit.entries for each statement execute function audit.refuse();

create function audit.refuse_head() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    if new.seq = old.seq + 1 then
      return new;
    end if;
  end if;
  raise exception 'The audit log is append-only.' using errcode = 'insufficient_privilege';
end
$$;
create trigger refuse before update or delete on audit.head for each row execute function audit.refuse_head();
create trigger refuse_truncate before truncate on audit.head for each statement execute function audit.refuse_head();
