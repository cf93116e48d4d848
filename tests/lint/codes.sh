#!/bin/sh
# usage: codes.sh SOURCE-ROOT      Every code of an issue or a reject stands in maillage-import(1), and no other.
cd "$1" || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
{
  # the calls, each on a line of its own, up to their message
  find libdata/domain -name '*.c' -exec cat {} + | tr '\n' ' ' |
    grep -oE 'mg_import_(issue|issue_at|reject)\([^;]*;' | sed 's/_(.*//' |
    grep -oE '"[a-z]+(-[a-z]+)*"'
  # those that are chosen elsewhere
  sed -n '/^const char \*mg_import_defect_code/,/^}/p' libdata/domain/import/source_issues.c |
    grep -oE '"[a-z]+-[a-z]+"'
  grep -ohE '"([a-z]+-error|primary-key)"' libdata/domain/columns/schema.c
  grep -ohE 'note_cell\(import, i, "[a-z-]+"' libdata/domain/import/source_issues.c | grep -oE '"[a-z-]+"'
  grep -ohE 'reject_count\(import, row, "[a-z-]+"' libdata/domain/import/rows.c | grep -oE '"[a-z-]+"'
} | tr -d '"' | sort -u >"$work/code"
sed -n '/^\.Ss Codes of/,/^\.Sh /s/^\.It Cm //p' man/maillage-import.1 | sed 's/ , /\n/g' | sort -u >"$work/page"
! { comm -23 "$work/code" "$work/page" | sed 's/^/not in maillage-import(1): /'
    comm -13 "$work/code" "$work/page" | sed 's/^/only in maillage-import(1): /'
    [ "$(wc -l <"$work/code")" -gt 50 ] || echo 'the calls are not found any more'
  } | grep .
