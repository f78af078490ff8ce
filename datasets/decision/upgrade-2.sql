CREATE TABLE record (
  reference TEXT    PRIMARY KEY,
  owner     TEXT    NOT NULL,
  secret    TEXT    NOT NULL,
  version   INTEGER NOT NULL,
  draft     INTEGER NOT NULL,
  fields    TEXT    NOT NULL,
  day       INTEGER NOT NULL
);
CREATE INDEX record_owner ON record (owner, reference);
