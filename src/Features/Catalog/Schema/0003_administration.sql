alter table catalog.products add column attributes jsonb not null default '{}';
create index on catalog.products using gin (attributes jsonb_path_ops);

alter table catalog.categories add column version bigint not null default 1;

-- Who changed what, when, and how it was before: only the fields that are otherwise.
create table catalog.changes (
  id      bigint primary key,
  at      timestamptz not null,
  person  bigint,                                  -- null: the shop itself
  kind    text not null,                           -- product, category, tax_rule, settings
  subject text not null,                           -- its public name
  action  text not null,                           -- created, changed, removed
  before  jsonb,
  after   jsonb
);
create index on catalog.changes (kind, subject, id);
