-- A checkout whose order ended may place another one, so what a returned coupon remembers is the order: late messages of
-- that one find nothing, those of the next one find the coupon, even when the end of the first was heard after the second
-- had reserved it.
alter table coupons.coupons add column ended_order bigint;
create index coupons_of_ended_checkout on coupons.coupons (ended_checkout) where state = 0 and ended_checkout is not null;
