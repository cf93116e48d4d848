-- Digests of what is stored (domain/digest): one of each part of the file for each owner. Sums, modulo 2^64, of
-- a hash of every row; a part without rows has none. dataset, edition, until: whose rows they are, 0 where that
-- does not say it; until: the later of two editions.

CREATE TABLE digest (
  part TEXT NOT NULL,
  dataset INTEGER NOT NULL,
  edition INTEGER NOT NULL,
  until INTEGER NOT NULL,
  sum INTEGER NOT NULL,
  PRIMARY KEY (part, dataset, edition, until)
) WITHOUT ROWID;

-- One row: random bytes that the hashes start from, so that nobody who has not this file can write two sources
-- that look alike.
CREATE TABLE digest_key (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  secret BLOB NOT NULL
);
