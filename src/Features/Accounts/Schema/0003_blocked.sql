alter table accounts.people
  add column blocked_at timestamptz,                -- cannot sign in, and has no session
  add column blocked_because text;                  -- for those who run the shop
