#!/bin/sh
# usage: records.sh SOURCE-ROOT      The types of records and their keys are those of one list, which the tools are held to
# (tests/cli/frame/records): in the sources, on the pages, and among what the public may see.
cd "$1" || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
sed 's/: .*//' tests/cli/frame/records/expected | sort -u >"$work/types"
sed 's/^[^:]*: //; s/, /\n/g' tests/cli/frame/records/expected | sort -u >"$work/keys"
# of metrics that no tool has yet: a list to grow shorter
printf '%s\n' type a2sfca coverage_pop datasets gi_z mean3_km nearest_km | sort -u - "$work/keys" >"$work/known"
{
  # those that are begun by name, or that a table of one_service.c names
  grep -rhoE 'mg_out_begin\([a-z>-]+, "[a-z_]+"' libdata cmd | sed 's/.*"\(.*\)"/\1/'
  sed -n '/kinds\[\] = {/,/};/p' libdata/domain/history/answer/one_service.c | grep -oE '\{"[a-z]+"' | tr -d '{"'
  sed -nE 's/.*write_head\([^,]*, "([a-z]+)"\).*/\1/p' libdata/domain/history/answer/*.c
} | sort -u >"$work/written"
sed -n '/open_keys\[\] = {/,/};/p' libdata/domain/common/access.c | grep -oE '"[a-z0-9_]+"' | tr -d '"' | sort -u >"$work/open"
# the names that the pages have in bold, and all their words
cat man/maillage-*.1 | sed -n 's/^\.Cm \([a-z_]*\).*/\1/p; s/.*[Oo]f type \([a-z_]*\).*/\1/p' | sort -u >"$work/bold"
cat man/maillage*.1 | grep -oE '[a-z][a-z0-9_]*' | sort -u >"$work/words"
! {
  comm -23 "$work/written" "$work/types" | sed 's/^/no record of this type in tests\/cli\/frame\/records: /'
  comm -13 "$work/written" "$work/types" | sed 's/^/nothing writes records of this type: /'
  comm -23 "$work/types" "$work/bold" | sed 's/^/no page tells of records of this type: /'
  comm -23 "$work/keys" "$work/words" | sed 's/^/no page tells of this key: /'
  comm -23 "$work/open" "$work/known" | sed 's/^/the public may see this key, which no record has: /'
  [ "$(wc -l <"$work/open")" -gt 40 ] || echo 'the keys of access.c are not found any more'
} | grep .
