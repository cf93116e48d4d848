#!/bin/sh
# usage: help.sh SOURCE-ROOT BUILD-ROOT [TOOL...]      The options that a tool has are those its page explains.
source=$1
build=$2
shift 2
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
failed=0
for tool in "$@"; do
  "$build/cmd/maillage" "$tool" --complete-options | sed 's/ .*//' | sort >"$work/program"
  [ -s "$work/program" ] || failed=1
  awk '/^\.Sh/ { inside = $2 == "OPTIONS" }
    inside && /^\.It/ { for (i = 2; i < NF; i++) if ($i == "Fl") print "-" $(i + 1) }' \
    "$source/man/maillage-$tool.1" | sort >"$work/page"
  if [ -n "$(uniq -d "$work/program")$(uniq -d "$work/page")" ]; then
    echo "$tool: an option twice: $(cat "$work/program" "$work/page" | sort | uniq -c | awk '$1 > 2')"
    failed=1
  fi
  diff -u --label "$tool --help" --label "maillage-$tool(1)" "$work/program" "$work/page" || failed=1
  "$build/cmd/maillage" "$tool" --help | grep -q "^Usage: maillage $tool " || failed=1
  "$build/cmd/maillage" --complete-tools | grep -qx -e "$tool" || {
    echo "$tool: not in the list of 'maillage'"
    failed=1
  }
done
exit "$failed"
