-- One file a plan. WAL with synchronous=FULL, one connection.
CREATE TABLE plan(
  hash     TEXT PRIMARY KEY,          -- of the plan; another hash is refused
  id       TEXT NOT NULL,
  begun_at TEXT NOT NULL,
  format   TEXT NOT NULL
) STRICT;
CREATE TABLE holder(                  -- each run that held the lease
  fence INTEGER PRIMARY KEY,          -- its transitions: they only grow
  who   TEXT NOT NULL,
  since TEXT NOT NULL
) STRICT;
CREATE TABLE entry(
  seq     INTEGER PRIMARY KEY,
  fence   INTEGER NOT NULL REFERENCES holder(fence),
  step    TEXT NOT NULL,              -- empty where it is about the whole plan
  attempt INTEGER NOT NULL CHECK(attempt>=0),
  undo    INTEGER NOT NULL CHECK(undo IN(0,1)), -- of the step's undo
  change  TEXT NOT NULL,              -- empty where it is about the step
  try     INTEGER NOT NULL CHECK(try>=0),
  kind    TEXT NOT NULL CHECK(kind IN('begin','end','intent','result','observed','note','pause','resume','finish')),
  outcome TEXT NOT NULL CHECK(outcome IN('','done','not-begun','refused','failed','unknown','stuck','skipped','reset','left','aborted')),
  token   TEXT NOT NULL,              -- by which the other side tells a repeat
  target  TEXT NOT NULL,              -- the UID of what is changed
  final   INTEGER NOT NULL CHECK(final IN(0,1)), -- what came before it is not undone any more
  detail  TEXT NOT NULL,
  at      TEXT NOT NULL,
  CHECK((change='')=(kind NOT IN('intent','result','observed'))),
  CHECK((kind IN('end','result','observed','finish'))=(outcome<>''))
) STRICT;
-- A change is begun once a try, and has one result.
CREATE UNIQUE INDEX once ON entry(step,attempt,undo,change,try,kind) WHERE kind IN('begin','intent','result');
