-- A product's pictures in their order, [{"address", "alt"}, …]: a dozen at most, and of one version with the product.
alter table catalog.products add column images jsonb not null default '[]';
update catalog.products set images = jsonb_build_array(jsonb_build_object('address', image, 'alt', '')) where image <> '';
create index on catalog.products using gin (images jsonb_path_ops);    -- who shows a picture
-- The version before this one still reads it; a later one removes it.
alter table catalog.products alter column image set default '';
