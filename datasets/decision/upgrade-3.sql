CREATE TABLE handover (
  id    INTEGER PRIMARY KEY,
  note  TEXT    NOT NULL,
  run   TEXT    NOT NULL,
  as_of INTEGER NOT NULL,
  who   TEXT    NOT NULL,
  at    TEXT    NOT NULL
);
