-- The gate of a pool that ended long ago is dropped; its claims stay in the ledger, which answers for them.
alter table claims.pools
  add column closed_at       timestamptz,    -- since when its state is closed
  add column gate_dropped_at timestamptz;    -- of the present epoch; the next one builds it anew
update claims.pools set closed_at = now() where state = 2;
create index pools_with_gate on claims.pools (id) where epoch > 0 and gate_dropped_at is null;
