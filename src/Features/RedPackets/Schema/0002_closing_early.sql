-- An operator may end a packet before its time: what nobody grabbed goes back then.
alter table red_packets.packets
  add column closed_early_at timestamptz,
  add column closed_by       bigint;                        -- the administrator; null: the command line
create index packets_of_house on red_packets.packets (id desc) where owner is null;
