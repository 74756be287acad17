create index on catalog.products using gin (to_tsvector('simple', title));
