#!/bin/sh
# usage: cases.sh SOURCE-ROOT      Each test that tests/CASES.md names is there.
cd "$1" || exit 1
failed=0
miss() {
  echo "tests/CASES.md: $1 is not there"
  failed=1
}
named=$(sed -n 's/^| .* | \(.*\) |$/\1/p' tests/CASES.md)
# shellcheck disable=SC2016 # backticks of the table
for name in $(echo "$named" | grep -oE '`[^`]+`' | tr -d '`' | sed 's/^\(cli\|unit\|fault\) //' | sort -u); do
  case $name in
  */*) [ -d "tests/cli/$name" ] || miss "$name" ;;
  *) find tests/unit tests/fault -name "$name" -o -name "$name.c" | grep -q . || miss "$name" ;;
  esac
done
# shellcheck disable=SC2016 # backticks of the table
for name in $(echo "$named" | grep -oE '\([a-z_0-9, .]+\)' | tr -d '(),' | sed 's/\.\.\.[a-z_0-9]*//g' | sort -u); do
  grep -rqE "\b$name\(" tests/unit || miss "$name"
done
[ "$(echo "$named" | wc -l)" -gt 30 ] || miss 'the table'
exit $failed
