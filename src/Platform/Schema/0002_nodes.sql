-- The numbers processes lease, so that the ids they make differ. A number is free when its lease has run out.
create table platform.nodes (
  number       int         primary key check (number between 0 and 63),
  owner        uuid,                                          -- null: released
  leased_until timestamptz not null default '-infinity'
);
insert into platform.nodes (number) select generate_series(0, 63);
