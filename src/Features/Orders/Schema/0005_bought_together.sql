-- Which products were paid for in one order, from both sides; added up from OrdersMoved like the other projections.
create table orders.bought_together (
  sku    text   not null,
  other  text   not null,
  orders bigint not null,
  primary key (sku, other)
);
create index on orders.bought_together (sku, orders desc);
