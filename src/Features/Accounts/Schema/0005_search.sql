-- People are looked for by the beginning of their address and by whether they are blocked, newest first.
create index people_by_email on accounts.people (email_key text_pattern_ops);
create index people_blocked on accounts.people (id desc) where blocked_at is not null;
