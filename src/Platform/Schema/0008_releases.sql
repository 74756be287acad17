-- What is on its way back to a pool is counted at every look at the pool: once a second for each that sells, while the queue
-- is at its longest.
create index outbox_releases on messaging.outbox (((body ->> 'pool')::bigint)) where type = 'ClaimsReleased';
