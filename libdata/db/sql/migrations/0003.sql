-- Figures that a source of counts says are not known (a word for missing, not an empty cell, which is 0). Of an edition,
-- not by intervals: they are few, and what is not known cannot be the same.

CREATE TABLE stock_unknown (
  edition INTEGER NOT NULL REFERENCES edition (id),
  level TEXT NOT NULL,
  territory TEXT NOT NULL,
  category TEXT NOT NULL,
  line INTEGER NOT NULL,
  PRIMARY KEY (edition, territory, category)
) WITHOUT ROWID;
