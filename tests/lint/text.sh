#!/bin/sh
# usage: text.sh SOURCE-ROOT      No tab, no trailing blank; no function of more than 80 lines; no link out of the tree.
cd "$1" || exit 1
links=$(find . \( -name .git -o -name 'build*' \) -prune -o -type l -lname '/*' -print)
if [ "$links" ]; then
  echo "links to absolute paths: $links"
  exit 1
fi
# shellcheck disable=SC2016 # the dollars are awk's
find . \( -name .git -o -name 'build*' -o -name demo-out -o -path ./testdata -o -name corpus \) -prune -o -type f \
  \( -name '*.[ch]' -o -name '*.sh' -o -name '*.md' -o -name '*.sql' -o -name '*.[157]' -o -name meson.build \
  -o -name cmd -o -name run -o -name bootstrap \) -print | sort | xargs awk '
  function bad(what) {
    printf "%s:%d: %s\n", FILENAME, FNR, what
    failed = 1
  }
  FNR == 1 { start = 0 }
  /\t/ { bad("a tab") }
  /[ \t]$/ { bad("a trailing blank") }
  FILENAME !~ /\.[ch]$/ { next }
  /^\{$/ { start = FNR }
  /^\}/ {
    if (start && FNR - start + 1 > 82) bad("a function of " FNR - start - 1 " lines")
    start = 0
  }
  END { exit failed }'
