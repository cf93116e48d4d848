#!/bin/sh
# usage: tested.sh SOURCE-ROOT      Each source of the library is named by a test: one has its name or includes its header,
# or tests/unit/sources says which test runs most of it.
cd "$1" || exit 1
list=tests/unit/sources
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
{
  grep -v '^#' $list | sed 's/ .*//' | while read -r source; do
    case $source in
    */) find "libdata/$source" -maxdepth 1 -name '*.c' | sed 's/^libdata\///' ;;
    *) echo "$source" ;;
    esac
  done
  grep -rhoE '^#include "libdata/[^"]*\.h"' tests | sed 's/.*"libdata\/\(.*\)h"/\1c/'
} | sort -u >"$work/named"
find tests/unit -name '*.c' | sed 's/.*\///' | sort >"$work/tests"
# those that run while it is built
find libdata -name '*.c' | sed 's/^libdata\///' | grep -v -e ^loaded.c -e ^db/make_objects.c | sort >"$work/sources"
! {
  comm -23 "$work/sources" "$work/named" | while read -r source; do
    grep -qx "${source##*/}" "$work/tests" || echo "libdata/$source: no test names it; if one runs it, say which in $list"
  done
  grep -v '^#' $list | while read -r source suite test; do
    [ -e "libdata/$source" ] || echo "$list: there is no libdata/$source"
    case $suite in
    unit) grep -qx "$test.c" "$work/tests" ;;
    cli) [ -f "tests/cli/$test/cmd" ] ;;
    *) false ;;
    esac || echo "$list: there is no test $suite $test"
  done
} | grep .
