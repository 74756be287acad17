-- Written while the shop wanted payment first: it counts as an order only once it is paid. Until then, and if it ends
-- unpaid, it is in no list. Fixed at birth, so that changing the setting changes nothing that was told already.
alter table orders.orders add column pay_first boolean not null default false;
