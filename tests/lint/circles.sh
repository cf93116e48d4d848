#!/bin/sh
# usage: circles.sh SOURCE-ROOT LIBRARY      No file of the library calls, by way of others or not, one that calls it.
# Files that are one thing may: a comment "One module: a.c b.c" in one of their headers says so.
library=$(realpath "$2")
cd "$1" || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
find libdata -name '*.c' | sort >"$work/files"
grep -rhoE 'One module: [a-z0-9_./ ]+\.c' libdata --include='*.h' | sed 's/^One module: //' >"$work/modules"
nm -A "$library" | sed -n 's/.*[:\/]\([^:\/]*\)\.o:[0-9a-f]* *\([A-Z]\) \(.*\)/\1 \2 \3/p' |
  awk -v files="$work/files" -v modules="$work/modules" '
  BEGIN {
    while ((getline file < files) > 0) { # the build calls io/csv.c of libdata io_csv.c
      name = substr(file, length("libdata/") + 1)
      gsub("/", "_", name)
      path[name] = file
    }
    while ((getline line < modules) > 0) {
      module++
      for (count = split(line, members, " "); count; count--) of_module[members[count]] = module
    }
  }
  function base(file) { sub(/.*\//, "", file); return file }
  function same(a, b) { return base(a) in of_module && of_module[base(a)] == of_module[base(b)] }
  !($1 in path) { next }
  $2 ~ /[TDBRV]/ { home[$3] = path[$1] }
  $2 == "U" { calls[path[$1] " " $3] }
  END {
    for (call in calls) {
      split(call, from, " ")
      to = home[from[2]]
      if (to && to != from[1] && !same(from[1], to)) print from[1], to
    }
  }' | sort -u >"$work/pairs"
[ "$(wc -l <"$work/pairs")" -gt 500 ] || {
  echo 'the calls are not found any more'
  exit 1
}
tsort "$work/pairs" >/dev/null 2>"$work/loops" && exit
sed 's/^tsort: //; s/^.*contains a loop:$/these call one another in a circle:/' "$work/loops"
exit 1
