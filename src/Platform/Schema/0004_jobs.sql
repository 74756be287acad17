-- One row per scheduled job of the cluster. Who holds the lease runs it; the number of the run fences off who lost it.
create table platform.jobs (
  name         text        primary key,
  schedule     text        not null,
  next_at      timestamptz not null,               -- the firing that is waited for, or being run
  run          bigint      not null default 0,     -- of the last run
  failures     int         not null default 0,     -- in a row
  owner        uuid,                               -- of the run that is going on
  leased_until timestamptz
);

-- The last runs of each job; outcome is null while one goes on.
create table platform.job_runs (
  job        text        not null references platform.jobs on delete cascade,
  run        bigint      not null,
  fire_at    timestamptz not null,                 -- when it was due
  worker     text        not null,                 -- the process that runs it
  started_at timestamptz not null,
  ended_at   timestamptz,
  outcome    text check (outcome in ('done', 'failed', 'stopped', 'lost')),
  what       text,                                 -- in a few words, or the error
  primary key (job, run)
);
