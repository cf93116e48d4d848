# shellcheck shell=sh disable=SC2154 # sourced by run
# Editions one after the other, beside sqlite3's .import (which neither checks, nor projects, nor indexes, nor
# survives a crash) and ogr2ogr with everything that makes it fast.
import_floor() { # NAME FILE
  rm -f floor.sqlite
  printf 'PRAGMA journal_mode=off;PRAGMA synchronous=off;\n.mode csv\n.separator ;\n.import %s bpe\n' "$2" >floor.sql
  measure "$1" sqlite3 -init floor.sql floor.sqlite .quit
}

import_edition() { # NAME EDITION
  measure "$1" maillage import -q "$data/bpe$2.csv" -d bpe.sqlite --dataset bpe --edition $((2014 + $2))
  expect "$1: rows read and loaded" "$(($(wc -l <"$data/bpe$2.csv") - 1)) $(($(wc -l <"$data/bpe$2.csv") - 1))" \
    "$(sed -n '1s/.*"rows_read":\([0-9]*\),"rows_loaded":\([0-9]*\),.*/\1 \2/p' "$1.out")"
}

import_measure() {
  for i in 1 2 3 4 5 6 7 8 9 10; do
    input "bpe$i.csv"
  done
  import_floor sqlite3-import-1 "$data/bpe1.csv"
  rm -f ogr.sqlite
  if command -v ogr2ogr >/dev/null; then
    measure ogr2ogr-import ogr2ogr -gt unlimited --config OGR_SQLITE_SYNCHRONOUS OFF --config OGR_SQLITE_JOURNAL OFF \
      --config OGR_SQLITE_CACHE 512 -f SQLite -dsco SPATIALITE=YES ogr.sqlite "$data/bpe1.csv" \
      -oo X_POSSIBLE_NAMES=LAMBERT_X -oo Y_POSSIBLE_NAMES=LAMBERT_Y -s_srs EPSG:2154 -t_srs EPSG:4326 -nln bpe
  fi
  rm -f bpe.sqlite
  import_edition import-first 1
  import_one=$(stat -c %s bpe.sqlite)
  import_floor sqlite3-import-2 "$data/bpe2.csv"
  import_edition import-second 2
  for i in 3 4 5 6 7 8 9 10; do
    import_edition "import-$i" "$i"
  done
  import_ten=$(stat -c %s bpe.sqlite)
}

import_table() {
  ratio 'first edition: CPU / sqlite3 .import' '<=' 1.0 import-first sqlite3-import-1
  ratio 'tuned ogr2ogr: CPU / first edition' '>=' 12 ogr2ogr-import import-first
  bound 'first edition: peak, MiB' '<=' 256 "$(peak_of import-first)"
  ratio 'second edition: CPU / sqlite3 .import' '<=' 1.0 import-second sqlite3-import-2
  bound 'second edition: peak, MiB' '<=' 256 "$(peak_of import-second)"
  bound 'ten editions: size / ten files of one' '<=' 0.20 \
    "$(awk -v one="$import_one" -v ten="$import_ten" 'BEGIN { printf "%.3f", ten / (10 * one) }')"
}
