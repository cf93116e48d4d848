#!/bin/sh
# usage: man.sh SOURCE-ROOT [TOOL...]      The pages are sound; a tool has one, and it gives the exit status.
cd "$1/man" || exit 1
shift
failed=0
for page in *.[157]; do
  mandoc -T lint -W warning "$page" || failed=1
done
for tool in "$@"; do
  for section in OPTIONS 'EXIT STATUS' EXAMPLES; do
    grep -q "^\.Sh $section\$" "maillage-$tool.1" || {
      echo "maillage-$tool.1: no section $section"
      failed=1
    }
  done
done
exit "$failed"
