-- Pictures by their content: the same bytes are the same picture.
create table catalog.images (
  id      bigint primary key,
  hash    text not null unique,                    -- SHA-256 of the bytes, the first 16, in hex
  type    text not null,                           -- png, jpeg, webp, gif: by content
  width   integer not null,
  height  integer not null,
  bytes   bytea not null,
  made_at timestamptz not null
);
alter table catalog.images alter column bytes set storage external;    -- they are compressed already
