-- When the sale was first seen sold out, and when last: what everybody is told. Times of a job that looks every second.
alter table flash_sales.sales
  add column sold_out_at      timestamptz,
  add column sold_out_last_at timestamptz;
