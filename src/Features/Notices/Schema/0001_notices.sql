create table notices.notices (
  id        bigint      primary key,
  person    bigint      not null,
  key       text        not null unique,         -- what it is about, once
  kind      text        not null,
  title     text        not null check (length(title) <= 200),
  text      text        not null check (length(text) <= 4000),
  path      text,                                -- in the shop, of what it is about
  made_at   timestamptz not null,
  read_at   timestamptz,
  mail      smallint    not null,                -- 0 kept here, 1 waiting, 2 sent, 3 given up, 4 nobody to write to
  attempts  smallint    not null default 0,
  due_at    timestamptz,                         -- the next attempt to mail it
  mailed_at timestamptz,
  error     text                                 -- of the last attempt
);
create index notices_of_person on notices.notices (person, id desc);
create index notices_unread on notices.notices (person) where read_at is null;
create index notices_to_mail on notices.notices (due_at, id) where mail = 1;
create index notices_by_age on notices.notices (made_at);

-- Nobody writes to those any more, however late a message comes.
create table notices.erased (
  person bigint      primary key,
  at     timestamptz not null
);
