# shellcheck shell=sh disable=SC2154,SC2034 # sourced by run
# What changed between two editions that are in the file: by identifier, beside PostgreSQL's COPY and FULL JOIN;
# without, beside cut, sort and comm; and linked by what the rows say, with the recall of what moved or was renamed.
history_import() { # NAME SUFFIX [OPTION]: both editions
  rm -f "$1.sqlite"
  for i in 1 2; do
    measure "history-import-$1-$i" maillage import -q "$data/bpe$i$2.csv" -d "$1.sqlite" --dataset bpe \
      --edition $((2014 + i)) ${3:+"$3"}
  done
}

history_diff() { # NAME FILE OPTION ...
  history_name=$1
  history_file=$2
  shift 2
  measure "$history_name" maillage diff-history -q -d "$history_file.sqlite" --dataset bpe --from 2015 --to 2016 \
    --no-save "$@"
}

# n of an event and change, from --stat as CSV
history_n() { awk -F , -v event="$1" -v change="$2" '$4 == event && $5 == change && $6 == "" { print $7 }' history-by-id.out; }
history_truth() { sed -n "s/.*$1=\([0-9]*\).*/\1/p" "$data/truth.txt"; }

history_counts() {
  expect 'by id: opened' "$(history_truth opened)" "$(history_n created '')"
  expect 'by id: closed' "$(history_truth closed)" "$(history_n closed '')"
  expect 'by id: moved' "$(history_truth moved)" "$(history_n changed moved)"
  expect 'by id: renamed' "$(history_truth renamed)" "$(history_n changed renamed)"
}

# Left out, saying so, where PostgreSQL or a user to run it as is missing.
history_postgres() {
  bin=$(find /usr/lib/postgresql -name bin -type d 2>/dev/null | sort -V | tail -n 1)
  as=
  [ "$(id -u)" != 0 ] || as='runuser -u postgres --'
  if [ -z "$bin" ] || { [ -n "$as" ] && ! id postgres >/dev/null 2>&1; }; then
    echo 'PostgreSQL is not installed: left out'
    return
  fi
  cluster=$(mktemp -d) && chmod 755 "$cluster" "$work" "$data" || return
  [ -z "$as" ] || chown postgres "$cluster"
  cat >full-join.sql <<SQL
CREATE UNLOGGED TABLE a (id text, reg text, dep text, depcom text, dciris text, an text, typequ text, nom text, adresse text, x text, y text, qualite text);
CREATE UNLOGGED TABLE b (LIKE a);
COPY a FROM '$data/bpe1id.csv' (FORMAT csv, HEADER, DELIMITER ';');
COPY b FROM '$data/bpe2id.csv' (FORMAT csv, HEADER, DELIMITER ';');
SELECT count(*) FILTER (WHERE a.id IS NULL) opened, count(*) FILTER (WHERE b.id IS NULL) closed, count(*) FILTER (WHERE a.id = b.id AND a.adresse <> b.adresse) moved, count(*) FILTER (WHERE a.id = b.id AND a.nom <> b.nom) renamed FROM a FULL JOIN b ON a.id = b.id;
SQL
  # shellcheck disable=SC2086 # $as is a command and its options, or nothing
  (cd / && $as "$bin/initdb" -D "$cluster/d" -E UTF8 --locale=C >/dev/null 2>&1)
  # shellcheck disable=SC2016 # expanded by the inner shell
  measure postgres-full-join sh -c 'cd / && $1 "$2/postgres" --single -D "$3/d" -c fsync=off -c work_mem=1GB \
    -c shared_buffers=1GB -c max_wal_size=8GB -c jit=off postgres <"$4"' - "$as" "$bin" "$cluster" "$work/full-join.sql"
  expect 'PostgreSQL: moved' "$(history_truth moved)" "$(sed -n 's/.*moved = "\([0-9]*\)".*/\1/p' postgres-full-join.out)"
  rm -rf "$cluster"
}

# Of the services that moved (or were renamed) by id, those that were found again without one.
history_recall() { # CHANGE
  jq -r --arg change "$1" 'select(.event == "changed" and (.changes | index($change))) | .key_before' by-id.jsonl |
    sort >changed.keys
  jq -r 'select(.event == "changed" and .line_before and .line_after) | "\(.line_before) \(.line_after)"' linked.jsonl >pairs
  awk -F '[; ]' 'FILENAME ~ /bpe1id/ { before[FNR] = $1; next }
    FILENAME ~ /bpe2id/ { after[FNR] = $1; next }
    before[$1] == after[$2] { print before[$1] }' "$data/bpe1id.csv" "$data/bpe2id.csv" pairs | sort -u >found.keys
  comm -12 changed.keys found.keys | wc -l | awk -v all="$(wc -l <changed.keys)" '{ printf "%.4f", all ? $1 / all : 1 }'
}

history_measure() {
  for file in bpe1.csv bpe2.csv bpe1id.csv bpe2id.csv truth.txt; do
    input "$file"
  done
  history_import ids id
  history_diff history-by-id ids --stat -f csv
  history_counts
  history_postgres
  history_import nokey '' --no-key
  history_diff history-content nokey --content -f jsonl
  # shellcheck disable=SC2016 # expanded by the inner shell
  measure cut-sort-comm sh -c 'for i in 1 2; do cut -d ";" -f 1-4,6- "$1/bpe$i.csv" | LC_ALL=C sort -S 2G >"sorted-$i"; done
    LC_ALL=C comm -3 sorted-1 sorted-2 | wc -l' - "$data"
  expect 'without id: rows of one edition' "$(cat cut-sort-comm.out)" "$(grep -c '"type":"event"' history-content.out)"
  history_diff history-linked nokey -f jsonl
  command -v jq >/dev/null || return 0
  maillage diff-history -q -d ids.sqlite --dataset bpe --from 2015 --to 2016 --no-save -f jsonl >by-id.jsonl || failed=1
  cp history-linked.out linked.jsonl
}

history_table() {
  ratio 'PostgreSQL COPY, FULL JOIN: CPU / history by id' '>=' 6 postgres-full-join history-by-id
  ratio 'history without id: CPU / cut, sort, comm' '<=' 0.5 history-content cut-sort-comm
  bound 'history by id: peak, MiB' '<=' 512 "$(peak_of history-by-id)"
  bound 'history, linked: peak, MiB' '<=' 1024 "$(peak_of history-linked)"
  command -v jq >/dev/null || return 0
  bound 'linked: recall of moved' '>=' 0.9 "$(history_recall moved)"
  bound 'linked: recall of renamed' '>=' 0.9 "$(history_recall renamed)"
}
