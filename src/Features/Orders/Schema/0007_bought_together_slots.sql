-- Rows that everybody counts in have slots, like those of the other projections. The index served no question, since the counts of
-- several products and slots are added up, and made every count a change of an index.
drop index orders.bought_together_sku_orders_idx;
alter table orders.bought_together
  add column slot int not null default 0,
  drop constraint bought_together_pkey,
  add primary key (sku, other, slot);
alter table orders.bought_together alter column slot drop default;
